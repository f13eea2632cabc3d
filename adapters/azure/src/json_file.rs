//! Reading the function app's JSON files as the host does.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::de::DeserializeOwned;

/// A file of the function app can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", path.display())]
pub struct AppRootError {
    path: PathBuf,
    #[source]
    source: FileError,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("FUNCTIONS_APP_ROOT_PATH names no folder")]
    NoFolder,
    #[error("it can't be read")]
    Unreadable(#[from] io::Error),
    #[error("it is not as the host wants it")]
    Malformed(#[from] serde_json::Error),
    #[error("{setting} is {value:?}: expected true or false")]
    NoSwitch {
        setting: &'static str,
        value: String,
    },
}

impl AppRootError {
    pub(crate) fn new(path: &Path, source: impl Into<FileError>) -> Self {
        Self {
            path: path.to_owned(),
            source: source.into(),
        }
    }
}

/// The file's content, `None` where there is no such file.
///
/// The host's reader (Newtonsoft's) minds neither comments nor trailing commas, nor the byte
/// order mark that Windows editors put at the front.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, AppRootError> {
    let mut text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(AppRootError::new(path, error)),
    };
    json_strip_comments::strip_slice(&mut text).map_err(|error| AppRootError::new(path, error))?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    serde_json::from_slice(text)
        .map(Some)
        .map_err(|error| AppRootError::new(path, error))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
