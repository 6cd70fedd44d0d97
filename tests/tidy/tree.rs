//! The files of the project, as text.

use std::fs;
use std::path::{Path, PathBuf};

use crate::rust::Rust;

/// What is not ours to read: made by builds and by runs.
const SKIPPED: [&str; 5] = [".git", "target", "node_modules", "data", "__pycache__"];

pub(crate) struct Tree {
    /// Every text file, by its path from the root, in order.
    pub(crate) files: Vec<File>,
    /// The same files that are Rust, with what a rule about code wants to know.
    pub(crate) rust: Vec<Rust>,
}

pub(crate) struct File {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// The lines with their numbers from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(n, line)| (n + 1, line))
    }
}

impl Tree {
    pub(crate) fn read() -> Self {
        let root = root();
        let mut files = Vec::new();
        collect(&root, &root, &mut files);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let rust = crate::rust::read(&files);
        assert!(rust.len() > 100, "the tree is there: {} Rust files below {}", rust.len(), root.display());
        Self { files, rust }
    }

    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Documents in Markdown.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".md"))
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the root is two folders up")
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder of the project can be read") {
        let path = entry.expect("a folder of the project can be read").path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let at_root = folder == root;
        if path.is_dir() {
            // `data` is the demonstration's folder at the root, and ours below `tests`.
            if !SKIPPED.contains(&name.as_str()) || (name == "data" && !at_root) {
                collect(root, &path, files);
            }
        } else if SKIPPED.contains(&name.as_str()) {
            // In a second worktree, `.git` is a file.
        } else if let Ok(text) = fs::read_to_string(&path) {
            // What is not text is nobody's to read here.
            let path = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            files.push(File { path, text });
        }
    }
}
