//! Where the objects are.

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, parse_url_opts};
use polyfn::{Error, Result};
use url::Url;

/// Buckets, whose place the variable `STORE` gives: a URL with `{bucket}` where the bucket's
/// name goes, as `s3://{bucket}`. Without it they are folders in `store/`.
///
/// Credentials and the region come from the environment, by the names that `object_store` knows.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    url: String,
}

impl Store {
    pub(crate) fn from_env() -> Result<Self> {
        let url = match std::env::var("STORE") {
            Ok(url) => url,
            Err(_) => {
                let folder = std::env::current_dir()?.join("store");
                format!("file://{}/{{bucket}}", folder.display())
            }
        };
        Ok(Self { url })
    }

    #[cfg(test)]
    pub(crate) fn in_folder(folder: &std::path::Path) -> Self {
        Self {
            url: format!("file://{}/{{bucket}}", folder.display()),
        }
    }

    /// The object, `None` where there is none.
    pub(crate) async fn get(&self, bucket: &str, key: &str) -> Result<Option<Bytes>> {
        let (store, path) = self.locate(bucket, key)?;
        match store.get(&path).await {
            Ok(object) => Ok(Some(object.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn put(&self, bucket: &str, key: &str, object: Bytes) -> Result<()> {
        let (store, path) = self.locate(bucket, key)?;
        store.put(&path, object.into()).await?;
        Ok(())
    }

    fn locate(&self, bucket: &str, key: &str) -> Result<(Box<dyn ObjectStore>, Path)> {
        let url = self.url.replace("{bucket}", bucket);
        let url = Url::parse(&url)
            .map_err(|error| Error::internal(format!("STORE={}: {error}", self.url)))?;
        let variables = std::env::vars().map(|(name, value)| (name.to_lowercase(), value));
        let (store, root) = parse_url_opts(&url, variables)?;
        // Not joined part by part, which would encode what the key holds as it is.
        let path = Path::parse(format!("{root}/{key}"))?;
        Ok((store, path))
    }
}
