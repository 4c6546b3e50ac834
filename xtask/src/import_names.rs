//! Short names for what the page's program takes from its script: wasm-bindgen's tell people what each is for, and are
//! 3 % of a first visit, once in the program and once in the script.

use std::{collections::BTreeMap, ops::Range};

use wasm_encoder::{
    ImportSection, Module, RawSection,
    reencode::{Error, Reencode, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

/// Why the names stay.
#[derive(Debug, thiserror::Error)]
pub enum ImportNamesError {
    /// It is no WASM file, or not one of those that wasm-bindgen makes.
    #[error("the page's program cannot be read: {0}")]
    Program(#[from] Error),

    /// The script does not give what the program takes.
    #[error("the page's script does not know {0}, which its program needs")]
    Unknown(String),
}

/// The same program and script with short names between them.
///
/// # Errors
/// When it is no program, or not this script's.
pub fn shorten(program: &[u8], script: &str) -> Result<(Vec<u8>, String), ImportNamesError> {
    let mut short = BTreeMap::new();
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(program) {
        let payload = payload.map_err(Error::from)?;
        if let Payload::ImportSection(imports) = payload {
            let mut shortened = ImportSection::new();
            for import in imports.into_imports() {
                let import = import.map_err(Error::from)?;
                let number = short.len();
                let name = short.entry(import.name).or_insert_with(|| letters(number));
                let kind = RoundtripReencoder.entity_type(import.ty)?;
                shortened.import(import.module, name, kind);
            }
            module.section(&shortened);
        } else if let Some((id, Range { start, end })) = payload.as_section() {
            let data = &program[start..end];
            module.section(&RawSection { id, data });
        }
    }
    let script = renamed(script, &mut short);
    match short.into_keys().next() {
        Some(unknown) => Err(ImportNamesError::Unknown(unknown.into())),
        None => Ok((module.finish(), script)),
    }
}

/// The script with these words in place of those; takes out what it finds.
fn renamed(script: &str, short: &mut BTreeMap<&str, String>) -> String {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let mut renamed = String::new();
    let mut rest = script;
    while let Some(start) = rest.find(is_word) {
        let (between, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
        renamed += between;
        match short.remove(word) {
            Some(name) => renamed += &name,
            None => renamed += word,
        }
        rest = after;
    }
    renamed + rest
}

/// `a` to `z`, then `ba` and so on.
fn letters(number: usize) -> String {
    let last = char::from(b'a' + (number % 26) as u8);
    match number / 26 {
        0 => last.into(),
        rest => letters(rest) + &last.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{CodeSection, EntityType, Function, FunctionSection, TypeSection};

    use super::*;

    const SCRIPT: &str = r#"({ "./page.js": { __wbg_log_1: (_) => log(), __wbg_log_12: f } })"#;

    /// A program with these two imports and a function.
    fn program(names: [&str; 2]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        for name in names {
            imports.import("./page.js", name, EntityType::Function(0));
        }
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut code = CodeSection::new();
        let mut body = Function::new([]);
        body.instructions().end();
        code.function(&body);
        let mut module = Module::new();
        module.section(&types).section(&imports);
        module.section(&functions).section(&code);
        module.finish()
    }

    #[test]
    fn program_and_script_agree_on_short_names() {
        let long = program(["__wbg_log_12", "__wbg_log_1"]);
        let (short, script) = shorten(&long, SCRIPT).unwrap();
        assert_eq!(short, program(["a", "b"]));
        assert_eq!(script, r#"({ "./page.js": { b: (_) => log(), a: f } })"#);
    }

    #[test]
    fn a_program_of_another_script_is_refused() {
        let error = shorten(&program(["__wbg_log_1", "other"]), SCRIPT).unwrap_err();
        assert!(matches!(error, ImportNamesError::Unknown(name) if name == "other"));
    }

    #[test]
    fn names_are_all_different() {
        let mut all: Vec<_> = (0..2_000).map(letters).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 2_000);
    }
}
