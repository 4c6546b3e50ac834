//! Where the workspace keeps its things, and the versions it asks for.

use std::path::PathBuf;

use cargo_metadata::MetadataCommand;

/// What the tasks need to know of the workspace.
#[derive(Debug)]
pub struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// The version of `wasm-bindgen` in `Cargo.lock`; its command line tool must have the same.
    pub wasm_bindgen: String,
}

/// Why the workspace could not be read.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// Cargo could not describe the workspace.
    #[error("cargo cannot describe the workspace: {0}")]
    Metadata(#[from] cargo_metadata::Error),

    /// The page does not depend on `wasm-bindgen` any more.
    #[error("Cargo.lock does not name the package wasm-bindgen, which the page cannot do without")]
    NoWasmBindgen,
}

impl Workspace {
    /// Reads the workspace that this tool was built in.
    ///
    /// # Errors
    /// When Cargo does not tell what is needed.
    pub fn load() -> Result<Workspace, WorkspaceError> {
        let metadata = MetadataCommand::new()
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .exec()?;
        let wasm_bindgen = metadata
            .packages
            .iter()
            .find(|package| package.name == "wasm-bindgen")
            .ok_or(WorkspaceError::NoWasmBindgen)?;
        Ok(Workspace {
            root: metadata.workspace_root.as_std_path().into(),
            target: metadata.target_directory.as_std_path().into(),
            wasm_bindgen: wasm_bindgen.version.to_string(),
        })
    }

    /// What a server needs besides the page.
    pub fn deploy(&self) -> PathBuf {
        self.root.join("deploy")
    }

    /// Where the release page is built.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// A folder of this workspace's own for a tool that nothing else needs.
    pub fn tool_folder(&self, name: &str) -> PathBuf {
        self.target.join("tools").join(name)
    }
}
