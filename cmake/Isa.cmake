# The one list of instruction sets. Every source in cpp/src/kernels is compiled once for each, into
# the namespace densecrf::<isa>, and the core picks one at run time.
string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" _processor)
if(CMAKE_OSX_ARCHITECTURES)
  string(TOLOWER "${CMAKE_OSX_ARCHITECTURES}" _processor)
endif()

if(_processor MATCHES "^(x86_64|amd64|x64)$")
  set(DENSECRF_ISAS baseline avx2 avx512)
  set(DENSECRF_CORE_FLAGS -march=x86-64-v2 -mtune=generic)
  set(DENSECRF_FLAGS_baseline "")
  set(DENSECRF_FLAGS_avx2 -mavx2 -mfma -mf16c -mbmi -mbmi2)
  set(DENSECRF_FLAGS_avx512 ${DENSECRF_FLAGS_avx2} -mavx512f -mavx512bw -mavx512dq -mavx512vl
                            -mprefer-vector-width=512)
elseif(_processor MATCHES "^(aarch64|arm64)$")
  set(DENSECRF_ISAS neon)
  set(DENSECRF_CORE_FLAGS "")
  set(DENSECRF_FLAGS_neon "")
else()
  set(DENSECRF_ISAS baseline)
  set(DENSECRF_CORE_FLAGS "")
  set(DENSECRF_FLAGS_baseline "")
endif()

# densecrf_add_kernels(target source...): adds the kernels, once per instruction set, to a target,
# which learns from DENSECRF_HAVE_<ISA> what it has.
#
# Kernels named lattice_* decide in which lattice cell a point lies: they must round alike on every
# instruction set, so their multiplications and additions are never contracted. All others are contracted
# within an expression, which some count on: Clang calls that `on`; GCC has only `fast` for it.
function(densecrf_add_kernels target)
  set(_exact ${ARGN})
  list(FILTER _exact INCLUDE REGEX "/lattice_[^/]*$")
  set_source_files_properties(${_exact} PROPERTIES COMPILE_OPTIONS -ffp-contract=off)
  foreach(isa IN LISTS DENSECRF_ISAS)
    set(_objects densecrf_kernels_${isa})
    add_library(${_objects} OBJECT ${ARGN})
    target_compile_definitions(${_objects} PRIVATE DENSECRF_ISA=${isa})
    target_compile_options(${_objects} PRIVATE ${DENSECRF_CORE_FLAGS} ${DENSECRF_FLAGS_${isa}} -fno-math-errno
                                               -ffp-contract=$<IF:$<CXX_COMPILER_ID:Clang,AppleClang>,on,fast>
                                               -fno-trapping-math -fno-exceptions -Wno-psabi)
    target_link_libraries(${_objects} PRIVATE densecrf_flags)
    target_include_directories(${_objects} PRIVATE ${PROJECT_SOURCE_DIR}/cpp/include ${PROJECT_SOURCE_DIR}/cpp/src)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${_objects}>)
    string(TOUPPER ${isa} _name)
    target_compile_definitions(${target} PUBLIC DENSECRF_HAVE_${_name}=1)
  endforeach()
endfunction()
