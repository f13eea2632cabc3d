//! The seeds are inputs as any other, so that the targets are run with every `cargo test`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use polyfn_fuzz::TARGETS;

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let files = paths.map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    files.flatten().collect()
}

#[test]
fn each_target_takes_its_seeds() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for (name, target) in TARGETS {
        let files = files(&seeds.join(name));
        assert!(!files.is_empty(), "{name} has no seeds to start from");
        for file in files {
            println!("{name}: {file:?}");
            target(&fs::read(file).expect("a seed"));
        }
    }
}

#[test]
fn each_folder_of_seeds_has_its_target() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let folders = fs::read_dir(seeds).expect("the seeds");
    let folders = folders.map(|entry| entry.expect("an entry").file_name().into_string());
    let folders: BTreeSet<_> = folders.map(|name| name.expect("a name")).collect();
    let targets = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(folders, targets);
}
