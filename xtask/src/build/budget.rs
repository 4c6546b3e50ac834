//! How many bytes a first visit may load, and what grew when it loads more.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use rustc_demangle::demangle;
use serde::{Deserialize, Serialize};
use wasmparser::{BinaryReaderError, KnownCustom, Name, Parser, Payload};

use super::{content_names, program::functions, sizes::Sizes};
use crate::workspace::Workspace;

/// Percent by which a first visit may exceed the budget before the build fails.
const ALLOWANCE: usize = 2;

/// What grew is named up to this many.
const NAMED: usize = 12;

/// The sizes of a build.
#[derive(Debug, Serialize, Deserialize)]
struct Budget {
    /// Bytes of a first visit after brotli.
    first_visit: usize,
    /// The same of each of its files.
    files: BTreeMap<String, usize>,
    /// Bytes of each crate's functions in the WASM file before wasm-opt and brotli, so that growth can be told.
    crates: BTreeMap<String, usize>,
}

/// Why a build is not let pass.
#[derive(Debug, thiserror::Error)]
pub enum BudgetError {
    /// A file could not be read or written.
    #[error("{} cannot be used: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        cause: io::Error,
    },

    /// The budget's file is damaged.
    #[error("{} is not a budget: {cause}", path.display())]
    NoBudget {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        cause: toml::de::Error,
    },

    /// What the compiler made is no WASM file.
    #[error("the page's program cannot be read: {0}")]
    Program(#[from] BinaryReaderError),

    /// The page has grown.
    #[error(
        "a first visit loads {now} bytes after brotli, {ALLOWANCE} % more than the {allowed_for} that were reached are allowed. \
         Files that grew:\n{files}\
         Crates whose code grew, before wasm-opt and brotli:\n{crates}\
         If it is worth its bytes, copy {} to {}.",
        measured.display(), budget.display()
    )]
    Exceeded {
        /// Bytes that a first visit loads.
        now: usize,
        /// Bytes that it loaded when the budget was set.
        allowed_for: usize,
        /// Files that grew.
        files: Growth,
        /// Crates that grew.
        crates: Growth,
        /// Where this build's sizes are.
        measured: PathBuf,
        /// Where the budget is.
        budget: PathBuf,
    },
}

/// What grew and by how many bytes, the most first.
#[derive(Debug, PartialEq)]
pub struct Growth(Vec<(String, usize)>);

/// Compares a first visit of this size with the budget.
///
/// # Errors
/// The page has grown beyond it, or a file cannot be used.
pub fn check(workspace: &Workspace, sizes: &Sizes) -> Result<(), BudgetError> {
    let program = workspace
        .target
        .join("wasm-bindgen/release/lampi-web_bg.wasm");
    let first_visit = sizes.first_visit();
    let files = sizes.files();
    let now = Budget {
        first_visit,
        files: files
            .map(|(name, bytes)| (content_names::without_hash(name), bytes))
            .collect(),
        crates: crates(&with(&program, |path| fs::read(path))?)?,
    };
    let measured = workspace.target.join("budget.toml");
    let text = toml::to_string(&now).unwrap_or_default();
    with(&measured, |path| fs::write(path, &text))?;
    let path = workspace.root.join("xtask/budget.toml");
    let text = with(&path, |path| fs::read_to_string(path))?;
    let budget: Budget = toml::from_str(&text).map_err(|cause| BudgetError::NoBudget {
        path: path.clone(),
        cause,
    })?;
    if first_visit * 100 <= budget.first_visit * (100 + ALLOWANCE) {
        return Ok(());
    }
    Err(BudgetError::Exceeded {
        now: first_visit,
        allowed_for: budget.first_visit,
        files: Growth::between(&budget.files, &now.files),
        crates: Growth::between(&budget.crates, &now.crates),
        measured,
        budget: path,
    })
}

/// Names the file where something with it fails.
fn with<T>(path: &Path, act: impl Fn(&Path) -> io::Result<T>) -> Result<T, BudgetError> {
    act(path).map_err(|cause| BudgetError::File {
        path: path.into(),
        cause,
    })
}

/// Bytes of each crate's functions.
fn crates(program: &[u8]) -> Result<BTreeMap<String, usize>, BinaryReaderError> {
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(program) {
        if let Payload::CustomSection(section) = payload?
            && let KnownCustom::Name(subsections) = section.as_known()
        {
            for subsection in subsections {
                if let Name::Function(functions) = subsection? {
                    for function in functions {
                        let function = function?;
                        names.insert(function.index, function.name);
                    }
                }
            }
        }
    }
    let (imported, functions) = functions(program)?;
    let mut crates = BTreeMap::new();
    for (index, function) in (imported..).zip(functions) {
        let name = names.get(&index).copied().unwrap_or_default();
        *crates.entry(crate_of(name)).or_default() += function.len();
    }
    Ok(crates)
}

/// The crate that a function is for: the page's own where it has a part in it, as in `<yew::Scope<lampi_web::App>>::new`.
fn crate_of(symbol: &str) -> String {
    let name = without_hashes(&format!("{:#}", demangle(symbol)));
    if name.contains("lampi_web::") {
        return "lampi_web".to_owned();
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.split_once("::")
        .and_then(|(first, _)| first.rsplit(|c| !is_word(c)).next())
        .filter(|name| !name.is_empty())
        .unwrap_or("others")
        .to_owned()
}

/// `core::fmt` of `core[c5930c85a12de822]::fmt`.
fn without_hashes(name: &str) -> String {
    let is_hash = |text: &str| text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut parts = name.split('[');
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((hash, rest)) if is_hash(hash) => kept += rest,
            _ => kept = kept + "[" + part,
        }
    }
    kept
}

impl Growth {
    fn between(before: &BTreeMap<String, usize>, now: &BTreeMap<String, usize>) -> Self {
        let grown = |(name, &bytes): (&String, &usize)| {
            let more = bytes.saturating_sub(before.get(name).copied().unwrap_or(0));
            (more > 0).then(|| (name.clone(), more))
        };
        let mut growth: Vec<_> = now.iter().filter_map(grown).collect();
        growth.sort_by_key(|&(_, more)| Reverse(more));
        growth.truncate(NAMED);
        Self(growth)
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, more) in &self.0 {
            writeln!(f, "  {name:24} +{more}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, EntityType, Function, FunctionSection, ImportSection, Module, NameMap,
        NameSection, TypeSection,
    };

    use super::*;

    /// A program with an imported function, and others of these names, each longer than the one before.
    fn program(names: &[&str]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("page", "log", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        let mut named = NameMap::new();
        for (number, name) in (1..).zip(names) {
            functions.function(0);
            let mut body = Function::new([]);
            for _ in 0..number {
                body.instructions().nop();
            }
            body.instructions().end();
            code.function(&body);
            named.append(number, name);
        }
        let mut names = NameSection::new();
        names.functions(&named);
        let mut module = Module::new();
        module.section(&types).section(&imports);
        module.section(&functions).section(&code).section(&names);
        module.finish()
    }

    #[test]
    fn a_crate_is_as_large_as_its_functions_together() {
        let sizes = crates(&program(&["yew::a", "core::b", "yew::c"])).unwrap();
        // Each has a byte for the number of its variables and one for its end.
        let expected = [("core", 4), ("yew", 3 + 5)].map(|(name, size)| (name.to_owned(), size));
        assert_eq!(sizes, BTreeMap::from(expected));
    }

    #[test]
    fn a_build_may_exceed_what_was_reached_by_a_few_percent_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let [page, target, xtask] =
            ["page", "target", "xtask"].map(|name| folder.path().join(name));
        let programs = target.join("wasm-bindgen/release");
        for folder in [&page, &programs, &xtask] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(programs.join("lampi-web_bg.wasm"), program(&[])).unwrap();
        let text: String = (0..1000_u32).map(|n| n.pow(3).to_string()).collect();
        fs::write(page.join("index.html"), text).unwrap();
        let sizes = Sizes::measure(&page).unwrap();
        let workspace = Workspace {
            root: folder.path().into(),
            target: target.clone(),
            wasm_bindgen: String::new(),
        };
        let check_with = |first_visit| {
            let (files, crates) = (BTreeMap::new(), BTreeMap::new());
            let reached = Budget {
                first_visit,
                files,
                crates,
            };
            fs::write(
                xtask.join("budget.toml"),
                toml::to_string(&reached).unwrap(),
            )
            .unwrap();
            check(&workspace, &sizes)
        };
        let least = (sizes.first_visit() * 100).div_ceil(100 + ALLOWANCE);
        assert!(check_with(least).is_ok());
        let exceeded = check_with(least - 1);
        assert!(matches!(exceeded, Err(BudgetError::Exceeded { .. })));
        // What is to be copied if it is worth it.
        fs::copy(target.join("budget.toml"), xtask.join("budget.toml")).unwrap();
        assert!(check(&workspace, &sizes).is_ok());
    }

    #[test]
    fn a_function_counts_for_its_crate_and_one_of_the_page_s_types_for_the_page() {
        for (symbol, expected) in [
            ("yew::scheduler::start::h0123456789abcdef", "yew"),
            ("<alloc::rc::Rc<T> as core::ops::Drop>::drop", "alloc"),
            (
                "<yew::Scope<lampi_web::components::app::App>>::send",
                "lampi_web",
            ),
            (
                "<&mut serde_json::de::Deserializer<R>>::parse",
                "serde_json",
            ),
            (
                "<yew[27238235b9f00d2]::Scope<lampi_web[471ed96788b072b3]::app::App>>::send",
                "lampi_web",
            ),
            (
                "<[u8]>::to_vec::<core[c5930c85a12de822]::fmt::Error>",
                "others",
            ),
            ("core[c5930c85a12de822]::fmt::write", "core"),
            ("__wbindgen_malloc", "others"),
            ("", "others"),
        ] {
            assert_eq!(crate_of(symbol), expected, "{symbol}");
        }
    }

    #[test]
    fn growth_names_what_grew_the_most_first_and_nothing_else() {
        let sizes = |list: &[(&str, usize)]| {
            list.iter()
                .map(|&(name, bytes)| (name.to_owned(), bytes))
                .collect::<BTreeMap<_, _>>()
        };
        let before = sizes(&[("a", 10), ("b", 10), ("c", 10)]);
        let now = sizes(&[("a", 11), ("b", 9), ("c", 10), ("new", 5)]);
        let expected = vec![("new".to_owned(), 5), ("a".to_owned(), 1)];
        assert_eq!(Growth::between(&before, &now), Growth(expected));
    }

    #[test]
    fn what_grew_is_a_list_that_people_read() {
        let grown = (0..NAMED + 1).map(|number| (number.to_string(), 1));
        let Growth(named) = Growth::between(&BTreeMap::new(), &grown.collect());
        assert_eq!(named.len(), NAMED);
    }
}
