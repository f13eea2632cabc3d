//! What can still be said of an event that can't be read.

use serde_json::{Map, Value};

use crate::event::Event;
use crate::shape::Shape;

/// The shape of an event whose fields are of wrong types, from those fields alone that tell
/// the shapes apart; `None` where these are wrong too. Whoever knows it can answer.
pub(crate) fn shape(event: &str) -> Option<Shape> {
    let Ok(Value::Object(mut fields)) = serde_json::from_str(event) else {
        return None;
    };
    let mut telling = Map::new();
    // It only tells the fronts apart that take the same answers.
    if let Some(version) = fields.remove("version").filter(Value::is_string) {
        telling.insert("version".to_owned(), version);
    }
    for name in ["httpMethod", "methodArn", "routeArn"] {
        telling.extend(fields.remove(name).map(|value| (name.to_owned(), value)));
    }
    if fields
        .get("multiValueHeaders")
        .is_some_and(|v| !v.is_null())
    {
        // That they are there is all that counts.
        telling.insert("multiValueHeaders".to_owned(), Map::new().into());
    }
    if let Some(Value::Object(mut context)) = fields.remove("requestContext") {
        // Only the method stands there, which the answer is not about.
        if context.get("http").is_some_and(Value::is_object) {
            context.insert("http".to_owned(), Map::new().into());
        }
        context.remove("stage");
        telling.insert("requestContext".to_owned(), context.into());
    }
    let telling = Value::from(telling).to_string();
    let event: Event<'_> = serde_json::from_str(&telling).ok()?;
    Shape::of(&event)
}
