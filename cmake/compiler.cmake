# Language level, warnings, sanitizers and the faster tools where present.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Programs lie in build/<preset>/, libraries beside their rooms.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

option(ART32_WARNINGS_AS_ERRORS "Stop at the first warning" ON)
option(ART32_FUZZ "Build the libFuzzer targets (clang only)" OFF)
set(ART32_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
                    -Wimplicit-fallthrough -fno-omit-frame-pointer -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 takes string concatenation for an overflow when it optimises (GCC bug 105329).
  add_compile_options(-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(ART32_WARNINGS_AS_ERRORS)
  add_compile_options(-Werror)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT ART32_SANITIZE)
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()

if(ART32_SANITIZE)
  add_compile_options(-fsanitize=${ART32_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ART32_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # clang 14: "difference across sections" in some translation units.
    add_compile_options(-fno-sanitize=function)
  endif()
endif()
if(ART32_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(ART32_CCACHE ccache)
if(ART32_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${ART32_CCACHE})
endif()
find_program(ART32_MOLD mold)
if(ART32_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
