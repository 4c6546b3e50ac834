//! Short names between the page's program and its script: wasm-bindgen's tell people what each is for, and are
//! 3 % of a first visit, once in the program and once in the script.

use std::{collections::BTreeMap, ops::Range};

use wasm_encoder::{
    ExportSection, ImportSection, Module, RawSection,
    reencode::{Error, Reencode, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

/// Why the names stay.
#[derive(Debug, thiserror::Error)]
pub enum ShortNamesError {
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
pub fn give(program: &[u8], script: &str) -> Result<(Vec<u8>, String), ShortNamesError> {
    let mut names = Names::default();
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(program) {
        let payload = payload.map_err(Error::from)?;
        if let Payload::ImportSection(imports) = payload {
            let mut shortened = ImportSection::new();
            for import in imports.into_imports() {
                let import = import.map_err(Error::from)?;
                let number = names.imports.len();
                let name = names
                    .imports
                    .entry(import.name)
                    .or_insert_with(|| letters(number));
                let number = names.modules.len();
                let module = names
                    .modules
                    .entry(import.module)
                    .or_insert_with(|| letters(number));
                let kind = RoundtripReencoder.entity_type(import.ty)?;
                shortened.import(module, name, kind);
            }
            module.section(&shortened);
        } else if let Payload::ExportSection(exports) = payload {
            let mut shortened = ExportSection::new();
            for export in exports {
                let export = export.map_err(Error::from)?;
                let name = letters(names.exports.len());
                let kind = RoundtripReencoder.export_kind(export.kind)?;
                shortened.export(&name, kind, export.index);
                names.exports.insert(export.name, name);
            }
            module.section(&shortened);
        } else if let Some((id, Range { start, end })) = payload.as_section() {
            let data = &program[start..end];
            module.section(&RawSection { id, data });
        }
    }
    let script = names.in_script(script);
    let mut unknown = names.imports.into_keys().chain(names.modules.into_keys());
    match unknown.next() {
        Some(unknown) => Err(ShortNamesError::Unknown(unknown.into())),
        None => Ok((module.finish(), script)),
    }
}

/// The short names, by the long ones.
#[derive(Default)]
struct Names<'a> {
    /// What the program takes from the script.
    imports: BTreeMap<&'a str, String>,
    /// Where the script has it, as `"name":`.
    modules: BTreeMap<&'a str, String>,
    /// What the script takes from the program, always as `wasm.name`.
    exports: BTreeMap<&'a str, String>,
}

impl Names<'_> {
    /// The script with these names in place of those. Takes out the imports and modules that it finds.
    fn in_script(&mut self, script: &str) -> String {
        let mut script = script.to_owned();
        self.modules.retain(|module, name| {
            let key = format!("\"{module}\":");
            let is_unknown = !script.contains(&key);
            script = script.replace(&key, &format!("{name}:"));
            is_unknown
        });
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let mut renamed = String::new();
        let mut rest = &*script;
        while let Some(start) = rest.find(is_word) {
            let (between, from) = rest.split_at(start);
            let (word, after) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
            renamed += between;
            let name = match renamed.ends_with("wasm.") {
                true => self.exports.get(word).cloned(),
                false => self.imports.remove(word),
            };
            renamed += name.as_deref().unwrap_or(word);
            rest = after;
        }
        renamed + rest
    }
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
    use wasm_encoder::{
        CodeSection, EntityType, ExportKind, Function, FunctionSection, TypeSection,
    };

    use super::*;

    const SCRIPT: &str = r#"({ "./page.js": { __wbg_log_1: (_) => log(wasm.main), __wbg_log_12: main(page.main) } })"#;

    /// A program with these two imports from a module, and a function that is exported.
    fn program(module: &str, names: [&str; 2], exported: &str) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        for name in names {
            imports.import(module, name, EntityType::Function(0));
        }
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut exports = ExportSection::new();
        exports.export(exported, ExportKind::Func, 2);
        let mut code = CodeSection::new();
        let mut body = Function::new([]);
        body.instructions().end();
        code.function(&body);
        let mut module = Module::new();
        module.section(&types).section(&imports);
        module.section(&functions).section(&exports).section(&code);
        module.finish()
    }

    #[test]
    fn program_and_script_agree_on_short_names() {
        let long = program("./page.js", ["__wbg_log_12", "__wbg_log_1"], "main");
        let (short, script) = give(&long, SCRIPT).unwrap();
        assert_eq!(short, program("a", ["a", "b"], "a"));
        assert_eq!(
            script,
            "({ a: { b: (_) => log(wasm.a), a: main(page.main) } })"
        );
    }

    #[test]
    fn a_program_of_another_script_is_refused() {
        let unknown = |module, import| {
            let program = program(module, ["__wbg_log_1", import], "main");
            let ShortNamesError::Unknown(name) = give(&program, SCRIPT).unwrap_err() else {
                panic!("it is a program");
            };
            name
        };
        assert_eq!(unknown("./page.js", "other"), "other");
        assert_eq!(unknown("./other.js", "__wbg_log_12"), "./other.js");
    }

    #[test]
    fn names_are_of_letters() {
        let is_letter = |c: char| c.is_ascii_lowercase();
        assert!((0..2_000).all(|number| letters(number).chars().all(is_letter)));
    }

    #[test]
    fn names_are_all_different() {
        let mut all: Vec<_> = (0..2_000).map(letters).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 2_000);
    }
}
