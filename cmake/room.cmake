# art32_room(NAME [ROOMS other rooms...] [LINK libraries...])
#
# A room is one folder below src/: a static library art32_NAME from its *.cpp,
# and, where *_test.cpp stand beside them, one test program art32_NAME_test.
function(art32_room name)
  cmake_parse_arguments(room "" "" "ROOMS;LINK" ${ARGN})
  set(folder ${CMAKE_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  if(name STREQUAL "app")
    list(FILTER sources EXCLUDE REGEX "/src/app/main/")
  endif()
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")

  list(TRANSFORM room_ROOMS PREPEND art32_)
  if(sources)
    add_library(art32_${name} STATIC ${sources})
    set(scope PUBLIC)
    art32_precompile(art32_${name} art32_base cmake/precompiled.h)
  else()
    add_library(art32_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(art32_${name} ${scope} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(art32_${name} ${scope} ${room_ROOMS} ${room_LINK} Threads::Threads)

  if(tests)
    add_executable(art32_${name}_test ${tests})
    target_link_libraries(art32_${name}_test PRIVATE art32_${name} rapidcheck GTest::gmock GTest::gtest_main)
    art32_precompile(art32_${name}_test art32_base_test cmake/precompiled_test.h)
    art32_add_gtest(${name} art32_${name}_test unit)
    set_property(GLOBAL APPEND PROPERTY ART32_UNIT_TESTS art32_${name}_test)
  endif()
endfunction()

# art32_add_gtest(NAME PROGRAM LABEL): a GoogleTest program as one test of ctest.
# Its single tests land in build/<preset>/results/NAME.xml, where ./dev test counts them.
function(art32_add_gtest name program label)
  add_test(NAME ${name} COMMAND ${program})
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 120
                       ENVIRONMENT GTEST_OUTPUT=xml:${CMAKE_BINARY_DIR}/results/${name}.xml)
endfunction()

# art32_precompile(TARGET OWNER HEADER): the header, named from the root, is compiled once, for
# OWNER; every other target uses that one. It saves some 20 compilations of seconds each.
function(art32_precompile target owner header)
  if(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/${header})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()
