include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
install(PROGRAMS tools/rampart-lint DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS rampart_bin RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(RAMPART_LTO)
  return()  # the libraries of such a build are for its own linker only; the preset "library" has others
endif()
get_property(_modules GLOBAL PROPERTY rampart_modules)
install(TARGETS rampart ${_modules} rampart_flags EXPORT rampartTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/rampart DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT rampartTargets NAMESPACE rampart:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rampart)
configure_package_config_file(cmake/rampartConfig.cmake.in ${PROJECT_BINARY_DIR}/rampartConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rampart)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rampartConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rampartConfig.cmake ${PROJECT_BINARY_DIR}/rampartConfigVersion.cmake
  cmake/Dependencies.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rampart)
