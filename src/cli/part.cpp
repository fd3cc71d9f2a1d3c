// Placeholder so that the part links while it is being written.
