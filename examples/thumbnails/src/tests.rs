use std::path::Path;

use image::{ImageFormat, Rgb, RgbImage};
use polyfn::{Attributes, Delivery, EventKind, Origin, Outcome, Payload, Target};

use super::*;

/// Tells the app that `key` was stored in `uploads`, below `folder`.
async fn tell(folder: &Path, key: &str) -> Outcome {
    let store = Store::in_folder(folder);
    let app = App::new().on(
        "thumbnail",
        object_created("uploads"),
        with(store, thumbnail),
    );
    let service = app.into_service().unwrap();
    let payload = Payload::ObjectCreated(ObjectCreated::new("uploads", key));
    let attributes = Attributes::new("1", "test", "test");
    let context = Context::new(Target::Local, "test");
    let event = Event::new(attributes, payload, context.clone());
    let origin = Origin::new([EventKind::ObjectCreated]).named("uploads");
    let deliveries = vec![Delivery::new(event, origin)];
    let mut outcomes = service
        .deliver(&context, deliveries, std::future::pending())
        .await;
    outcomes.remove(0)
}

fn upload(folder: &Path, key: &str, content: &[u8]) {
    let file = folder.join("uploads").join(key);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, content).unwrap();
}

#[tokio::test]
async fn an_image_gets_a_thumbnail_with_its_proportions() {
    let folder = tempfile::tempdir().unwrap();
    for (key, format) in [
        ("in/a b+ü.png", ImageFormat::Png),
        ("photo.jpg", ImageFormat::Jpeg),
    ] {
        let image = RgbImage::from_pixel(640, 320, Rgb([200, 30, 30]));
        let mut file = std::io::Cursor::new(Vec::new());
        image.write_to(&mut file, format).unwrap();
        upload(folder.path(), key, file.get_ref());

        let outcome = tell(folder.path(), key).await;
        assert!(outcome.is_done(), "{key}: {outcome:?}");
        let thumbnail = std::fs::read(folder.path().join("thumbnails").join(key)).unwrap();
        let thumbnail = image::load_from_memory_with_format(&thumbnail, ImageFormat::Png).unwrap();
        assert_eq!((thumbnail.width(), thumbnail.height()), (128, 64), "{key}");
        let [red, green, _] = thumbnail.to_rgb8().get_pixel(60, 30).0;
        assert!(red > 190 && green < 50, "{key} is still red: {red} {green}");
    }
}

#[tokio::test]
async fn what_is_no_image_or_gone_is_not_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    upload(folder.path(), "notes.txt", b"no image");
    for key in ["notes.txt", "gone.png"] {
        let outcome = tell(folder.path(), key).await;
        assert!(outcome.is_done(), "{key} is discarded: {outcome:?}");
        let thumbnail = folder.path().join("thumbnails").join(key);
        assert!(!thumbnail.exists(), "{key} has no thumbnail");
    }
}

#[tokio::test]
async fn a_store_that_fails_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let image = RgbImage::from_pixel(4, 4, Rgb([0, 0, 0]));
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    upload(folder.path(), "small.png", file.get_ref());
    // A file where the bucket should be: nothing can be written there.
    std::fs::write(folder.path().join("thumbnails"), "").unwrap();
    let outcome = tell(folder.path(), "small.png").await;
    assert!(
        !outcome.is_done(),
        "the event has to come again: {outcome:?}"
    );
}
