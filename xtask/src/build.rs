//! `cargo xtask build`: the release page in `dist/`, ready to copy to a web root.

mod budget;
mod content_names;
mod function_order;
mod program;
mod short_names;
mod sizes;
mod type_ids;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use budget::BudgetError;
use short_names::ShortNamesError;
use sizes::Sizes;

use crate::{
    command::{self, CommandError},
    tools::{self, Esbuild, ToolError, Trunk},
    workspace::{Workspace, WorkspaceError},
};

/// Why there is no release page.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The workspace could not be read.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),

    /// A tool could not be installed.
    #[error(transparent)]
    Tool(#[from] ToolError),

    /// Trunk failed; what it had to say is above.
    #[error(transparent)]
    Trunk(#[from] CommandError),

    /// What trunk built could not be read.
    #[error("the built page cannot be read: {0}")]
    Page(#[from] io::Error),

    /// What trunk built is no WASM file.
    #[error("the page's program cannot be read: {0}")]
    Program(#[from] wasm_encoder::reencode::Error),

    /// The theme did not reach the document as it is.
    #[error("the built page does not have {} in it as it is", .0.display())]
    NoTheme(PathBuf),

    /// The built program and its script do not go together.
    #[error(transparent)]
    ShortNames(#[from] ShortNamesError),

    /// The page has grown too large.
    #[error(transparent)]
    Budget(#[from] BudgetError),

    /// A WASM file went out as the compiler made it.
    #[error("{} did not go through wasm-opt: its link in index.html needs data-wasm-opt", .0.display())]
    NotOptimised(PathBuf),
}

/// Builds the page and shows its sizes.
///
/// # Errors
/// When a tool is missing, the build fails, or its outcome was not optimised.
pub fn run() -> Result<(), BuildError> {
    let workspace = Workspace::load()?;
    let trunk = tools::for_the_page(&workspace)?;
    release_page(&workspace, &trunk)
}

/// Like [`run`], with the tools in place.
///
/// # Errors
/// When the build fails, or its outcome was not optimised or is too large.
pub fn release_page(workspace: &Workspace, trunk: &Trunk) -> Result<(), BuildError> {
    let sizes = release_page_of_any_size(workspace, trunk)?;
    Ok(budget::check(workspace, &sizes)?)
}

/// Like [`release_page`], to learn what a page is worth that is too large.
///
/// # Errors
/// When the build fails, or its outcome was not optimised.
pub fn release_page_of_any_size(workspace: &Workspace, trunk: &Trunk) -> Result<Sizes, BuildError> {
    let dist = workspace.dist();
    let esbuild = tools::for_the_release(workspace)?;
    command::run(
        trunk
            .release_command(workspace)
            .args(["build", "--release", "--dist"])
            .arg(&dist),
    )?;
    let optimised = contents(&workspace.target.join("wasm-opt").join("release"))?;
    for (file, program) in contents(&dist)? {
        if !optimised.iter().any(|(_, known)| *known == program) {
            return Err(BuildError::NotOptimised(file));
        }
        let script = PathBuf::from(file.display().to_string().replace("_bg.wasm", ".js"));
        let program = function_order::by_resemblance(&type_ids::shorten(&program)?)?;
        give_short_names(&file, &program, &script)?;
        esbuild.bundle(&dist.join("boot.js"))?;
        fs::remove_file(script)?;
    }
    minify_document(workspace, &dist.join("index.html"), &esbuild)?;
    content_names::give(&dist)?;
    let sizes = Sizes::measure(&dist)?;
    println!("\n{sizes}");
    println!(
        "The page is in {}, ready to copy to a web root.",
        dist.display()
    );
    Ok(sizes)
}

/// Minifies the theme, which trunk has put into the document as it is, and leaves out indentation and an attribute of
/// trunk's.
fn minify_document(
    workspace: &Workspace,
    document: &Path,
    esbuild: &Esbuild,
) -> Result<(), BuildError> {
    let file = workspace.root.join("static/theme.css");
    let theme = fs::read_to_string(&file)?;
    let page = fs::read_to_string(document)?;
    if !page.contains(&theme) {
        return Err(BuildError::NoTheme(file));
    }
    let page = page.replace(&theme, &esbuild.minified(&file)?);
    let page = page.replace(r#" data-integrity="none""#, "");
    let lines: Vec<&str> = page.lines().map(str::trim_start).collect();
    fs::write(document, lines.join("\n"))?;
    Ok(())
}

/// In a program's file and in its script.
fn give_short_names(file: &Path, program: &[u8], script: &Path) -> Result<(), BuildError> {
    let (program, text) = short_names::give(program, &fs::read_to_string(script)?)?;
    fs::write(file, program)?;
    fs::write(script, text)?;
    Ok(())
}

/// The WASM files in a folder; none where there is no such folder.
fn contents(folder: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            let content = fs::read(&path)?;
            found.push((path, content));
        }
    }
    Ok(found)
}
