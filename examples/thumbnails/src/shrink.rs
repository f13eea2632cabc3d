//! From an image to its thumbnail.

use std::io::Cursor;

use bytes::Bytes;
use image::{ImageError, ImageFormat, ImageReader};

/// The longer side of a thumbnail, in pixels.
const SIDE: u32 = 128;

/// A smaller PNG of the image; it keeps the proportions, and nothing grows.
pub(crate) fn shrink(image: &Bytes) -> Result<Bytes, ImageError> {
    // By default `image` refuses those that would take more than 512 MiB to decode.
    let image = ImageReader::new(Cursor::new(image))
        .with_guessed_format()?
        .decode()?;
    let small = if image.width().max(image.height()) > SIDE {
        image.thumbnail(SIDE, SIDE)
    } else {
        image
    };
    let mut png = Cursor::new(Vec::new());
    small.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner().into())
}
