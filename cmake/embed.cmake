# art32_embed(TARGET NAMESPACE ROOT folder FILES relative paths...)
#
# Puts files into the program: generates an assembler file with .incbin and a
# table `const base::EmbeddedFile NAMESPACE::embedded_files[]` (base/embedded_file.h).
function(art32_embed target namespace)
  cmake_parse_arguments(embed "" "ROOT" "FILES" ${ARGN})
  set(stem ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded)
  set(assembler ".section .rodata\n")
  set(declarations "")
  set(rows "")
  set(number 0)
  set(absolute "")
  foreach(file IN LISTS embed_FILES)
    set(symbol ${target}_embedded_${number})
    string(APPEND assembler ".global ${symbol}\n.global ${symbol}_end\n.balign 16\n${symbol}:\n.incbin \"${embed_ROOT}/${file}\"\n${symbol}_end:\n.byte 0\n")
    string(APPEND declarations "extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n")
    string(APPEND rows "    {\"${file}\", ${symbol}, ${symbol}_end},\n")
    list(APPEND absolute ${embed_ROOT}/${file})
    math(EXPR number "${number} + 1")
  endforeach()
  string(APPEND assembler ".section .note.GNU-stack,\"\",@progbits\n")
  file(CONFIGURE OUTPUT ${stem}.S CONTENT "${assembler}" @ONLY)
  file(CONFIGURE OUTPUT ${stem}.cpp CONTENT
"#include \"base/embedded_file.h\"
extern \"C\" {
${declarations}}
namespace ${namespace} {
extern const art32::base::EmbeddedFile embedded_files[];
extern const unsigned long embedded_file_count;
const art32::base::EmbeddedFile embedded_files[] = {
${rows}};
const unsigned long embedded_file_count = ${number};
}
" @ONLY)
  set_source_files_properties(${stem}.S PROPERTIES OBJECT_DEPENDS "${absolute}")
  set_source_files_properties(${stem}.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${target} PRIVATE ${stem}.S ${stem}.cpp)
endfunction()
