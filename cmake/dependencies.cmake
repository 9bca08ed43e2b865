# Libraries, all from Debian 12. Boost 1.81 is named because the default is 1.74.
find_package(Threads REQUIRED)
find_package(Boost 1.81.0 EXACT REQUIRED CONFIG COMPONENTS json url)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(URING REQUIRED IMPORTED_TARGET liburing)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(IDN REQUIRED IMPORTED_TARGET libidn)

add_library(systemd ALIAS PkgConfig::SYSTEMD)
add_library(uring ALIAS PkgConfig::URING)
add_library(zlib ALIAS PkgConfig::ZLIB)
add_library(idn ALIAS PkgConfig::IDN)

# Header-only libraries and libraries without a CMake package.
add_library(expected INTERFACE)
add_library(tomlplusplus INTERFACE)
add_library(cli11 INTERFACE)
add_library(date-tz INTERFACE)
target_link_libraries(date-tz INTERFACE date-tz.so)
# As Debian built the library: other values change its types.
target_compile_definitions(date-tz INTERFACE USE_OS_TZDB=1 ONLY_C_LOCALE=1 HAS_STRING_VIEW=1)
