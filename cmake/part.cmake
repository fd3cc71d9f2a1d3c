# litura_part(NAME [HOT|COLD] [SHARDS n] FOLDERS folders... USES parts... EXPOSES libraries... LINKS libraries...): a part is a folder under
# src/ and the named folders in it, a static library, and, from its *_test.cpp files, one test program. *_fuzz.cpp files
# are fuzz targets, one program each. Headers of others see the libraries that a part EXPOSES, not those it LINKS. What
# runs once a command is COLD: -O1 compiles it in three quarters of the time. What runs once a byte or a token is HOT:
# sanitizers' builds optimise it, and nothing else, because optimising what they instrument takes most of their time.
# Tests that take minutes run as SHARDS, side by side.
function(litura_part name)
  cmake_parse_arguments(PART "HOT;COLD" "SHARDS" "FOLDERS;USES;EXPOSES;LINKS" ${ARGN})
  set(patterns *)
  foreach(folder ${PART_FOLDERS})
    list(APPEND patterns ${folder}/*)
  endforeach()
  list(TRANSFORM patterns APPEND .cpp OUTPUT_VARIABLE all)
  list(TRANSFORM patterns APPEND _test.cpp OUTPUT_VARIABLE all_tests)
  list(TRANSFORM patterns APPEND _fuzz.cpp OUTPUT_VARIABLE all_fuzzers)
  file(GLOB sources CONFIGURE_DEPENDS ${all})
  file(GLOB tests CONFIGURE_DEPENDS ${all_tests})
  file(GLOB fuzzers CONFIGURE_DEPENDS ${all_fuzzers})
  list(REMOVE_ITEM sources ${tests} ${fuzzers} ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)
  list(TRANSFORM PART_USES PREPEND litura_)

  add_library(litura_${name} STATIC ${sources})
  target_include_directories(litura_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(litura_${name} PUBLIC ${PART_USES} ${PART_EXPOSES} PRIVATE ${PART_LINKS})
  if(PART_COLD)
    target_compile_options(litura_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  if(PART_HOT)
    target_compile_options(litura_${name} PRIVATE $<$<CONFIG:Debug>:-O1>)
  endif()
  litura_fewer_headers(litura_${name})

  if(LITURA_TESTS AND tests)
    add_executable(${name}_test ${tests} ${PROJECT_SOURCE_DIR}/tests/unit_main.cpp)
    target_link_libraries(${name}_test PRIVATE litura_${name} ${PART_LINKS} GTest::gtest PkgConfig::sodium)
    target_compile_definitions(${name}_test PRIVATE LITURA_SOURCE_DIR=".")
    # A test is compiled once and run for seconds: its own code is not optimised, and headers are parsed once for all.
    target_compile_options(${name}_test PRIVATE -Wno-conversion -O0)
    target_precompile_headers(${name}_test REUSE_FROM litura_test_headers)
    # Tests run from the root of the sources, so that no object file holds a path of the machine.
    if(NOT PART_SHARDS)
      add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    else()
      math(EXPR last "${PART_SHARDS} - 1")
      foreach(shard RANGE ${last})
        add_test(NAME ${name}_${shard} COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
        set_tests_properties(${name}_${shard} PROPERTIES
                             ENVIRONMENT "GTEST_TOTAL_SHARDS=${PART_SHARDS};GTEST_SHARD_INDEX=${shard}")
      endforeach()
    endif()
  endif()
  if(LITURA_FUZZ)
    foreach(fuzzer ${fuzzers})
      get_filename_component(target ${fuzzer} NAME_WE)
      add_executable(${target} ${fuzzer})
      target_link_libraries(${target} PRIVATE litura_${name})
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()

# litura_fewer_headers(TARGET): headers cost most of a build. Parts compile their files eight at a time, which makes it
# about three times as fast; a name in an anonymous namespace is therefore unique within its part. The engine does not:
# its kernels include themselves once for every SIMD target.
function(litura_fewer_headers target)
  if(NOT target MATCHES engine)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# The common headers of all tests. Its definitions are those that every test has.
set(litura_common_headers <algorithm> <array> <chrono> <filesystem> <fstream> <functional> <map> <memory> <nlohmann/json.hpp>
    <optional> <random> <set> <span> <sstream> <string> <string_view> <unordered_map> <vector> <fmt/format.h>)
if(LITURA_TESTS)
  file(GENERATE OUTPUT test_headers.cpp CONTENT "")
  add_library(litura_test_headers OBJECT ${CMAKE_CURRENT_BINARY_DIR}/test_headers.cpp)
  target_compile_options(litura_test_headers PRIVATE -Wno-conversion -O0)
  target_link_libraries(litura_test_headers PRIVATE fmt::fmt nlohmann_json::nlohmann_json GTest::gtest)
  target_precompile_headers(litura_test_headers PRIVATE <gtest/gtest.h> ${litura_common_headers})
endif()
