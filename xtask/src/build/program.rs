//! What is in a WASM file.

use wasmparser::{BinaryReaderError, Parser, Payload, TypeRef};

/// How many functions are imported, and the bytes of the others.
///
/// # Errors
/// When it is no WASM file.
pub fn functions(program: &[u8]) -> Result<(u32, Vec<&[u8]>), BinaryReaderError> {
    let mut imported = 0;
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(program) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => functions.push(&program[body.range()]),
            _ => {}
        }
    }
    Ok((imported, functions))
}
