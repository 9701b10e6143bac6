# Flags every rampart target is compiled with; PUBLIC ones reach authors so that their TUs agree with ours.
add_library(rampart_flags INTERFACE)
target_compile_features(rampart_flags INTERFACE cxx_std_20)
target_compile_definitions(rampart_flags INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
add_library(rampart_warnings INTERFACE)
target_compile_options(rampart_warnings INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives from inlined std::string and Asio code.
  target_compile_options(rampart_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized
    -Wno-dangling-pointer -Wno-mismatched-new-delete -Wno-array-bounds -Wno-stringop-overflow -Wno-tsan)
endif()
if(RAMPART_SANITIZE)
  string(REPLACE "," ";" _sanitizers "${RAMPART_SANITIZE}")
  foreach(_s IN LISTS _sanitizers)
    add_compile_options(-fsanitize=${_s})
    add_link_options(-fsanitize=${_s})
  endforeach()
  add_compile_options(-fno-omit-frame-pointer)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  find_program(RAMPART_LLD NAMES ld.lld-19 ld.lld)
  if(RAMPART_LLD)
    add_link_options(-fuse-ld=lld)
  endif()
endif()
# What runs how often, counted by script/profile: release builds with the compiler that counted lay out hot code
# accordingly. Functions that have changed since are compiled as without it. See docs/adr/0013.
set(_profile ${CMAKE_CURRENT_LIST_DIR}/release.profdata)
# Functions of one file go by its name without folders: the file must fit every checkout.
set(_profile_names "SHELL:-mllvm -static-func-full-module-prefix=false")
if(RAMPART_PROFILE STREQUAL "train")
  add_compile_options(-fprofile-generate -fprofile-update=atomic ${_profile_names})
  add_link_options(-fprofile-generate)
elseif(RAMPART_PROFILE STREQUAL "use" AND CMAKE_BUILD_TYPE STREQUAL "Release" AND EXISTS ${_profile}
    AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^19\\.")
  # The flag names the content: another profile recompiles everything. Objects of two profiles cannot be linked.
  file(SHA256 ${_profile} _profile_digest)
  string(SUBSTRING ${_profile_digest} 0 12 _profile_digest)
  set(_profile_used ${CMAKE_BINARY_DIR}/release-${_profile_digest}.profdata)
  configure_file(${_profile} ${_profile_used} COPYONLY)
  add_compile_options(-fprofile-use=${_profile_used} -Wno-profile-instr-out-of-date -Wno-profile-instr-unprofiled
    -Wno-backend-plugin ${_profile_names})
  # With the profile the compiler puts frames of coroutines that have long ended into the first one of each connection,
  # which lives as long as the connection: 512 bytes more for each that is open.
  set_source_files_properties(src/async/spawn.cpp PROPERTIES COMPILE_OPTIONS -fno-profile-use)
endif()
# Code of all modules is laid out and inlined together: a twentieth less CPU time a call. For programs only: an installed
# library of this kind would want the author's compiler and linker to be ours.
option(RAMPART_LTO "Optimise across modules when linking (clang with lld)" OFF)
if(RAMPART_LTO AND RAMPART_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-flto=thin)
  add_link_options(-flto=thin)
  # The linker reads the members themselves. No index: an older ar cannot read what is in them, and says so.
  set(CMAKE_CXX_ARCHIVE_CREATE "<CMAKE_AR> qcS <TARGET> <OBJECTS>")
  set(CMAKE_CXX_ARCHIVE_APPEND "<CMAKE_AR> qS <TARGET> <OBJECTS>")
  set(CMAKE_CXX_ARCHIVE_FINISH "")
endif()
find_program(RAMPART_CCACHE ccache)
if(RAMPART_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # One compilation serves every build folder that uses the same flags.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=1 ${RAMPART_CCACHE})
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set_property(GLOBAL PROPERTY rampart_modules "")
function(rampart_module name)
  cmake_parse_arguments(arg "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/${name}/*.cpp)
  add_library(rampart_${name} STATIC ${sources})
  add_library(rampart::${name} ALIAS rampart_${name})
  target_include_directories(rampart_${name}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(rampart_${name} PUBLIC rampart_flags PRIVATE $<BUILD_INTERFACE:rampart_warnings>)
  foreach(dep IN LISTS arg_DEPENDS)
    target_link_libraries(rampart_${name} PUBLIC rampart_${dep})
  endforeach()
  target_link_libraries(rampart_${name} PUBLIC ${rampart_third_party_${name}})
  set_property(GLOBAL APPEND PROPERTY rampart_modules rampart_${name})
endfunction()
