//! The clouds' own events, for functions that run on this machine.

use polyfn_local::Vendor;

/// Those of the targets that are compiled in.
pub(crate) const VENDORS: &[Vendor] = &[
    #[cfg(feature = "aws")]
    Vendor {
        target: "aws",
        decode: |_, _, body, context| {
            // AWS's events are text; other bytes are somebody's message.
            std::str::from_utf8(body).ok()?;
            match polyfn_aws::decode_event(body.clone(), context) {
                // Anybody's, and read without AWS's help.
                Ok(Some(event)) if event.source == polyfn_aws::EventSource::CloudEvent => None,
                Ok(event) => {
                    let items = event?.items.into_iter();
                    let deliveries = items.map(polyfn_aws::EventItem::into_delivery);
                    Some(deliveries.map(|read| read.map_err(Into::into)).collect())
                }
                Err(error) => Some(Err(error.into())),
            }
        },
    },
    #[cfg(feature = "gcp")]
    Vendor {
        target: "gcp",
        decode: |_, headers, body, context| {
            let deliveries = polyfn_gcp::decode_from_google(headers, body, context)?;
            Some(deliveries.map_err(Into::into))
        },
    },
    #[cfg(feature = "azure")]
    Vendor {
        target: "azure",
        decode: |kind, _, body, context| {
            let deliveries = polyfn_azure::deliveries(kind, body, context)?.into_iter();
            Some(deliveries.map(|read| read.map_err(Into::into)).collect())
        },
    },
];

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use polyfn_core::{Context, EventKind, Target};

    use super::*;

    #[test]
    fn what_no_cloud_sends_is_left_to_be_read_as_it_is() {
        let context = Context::new(Target::Local, "1");
        for vendor in VENDORS {
            for body in [&b"\xFF\xFE"[..], b"", b"tea", br#"{"id":7}"#, b"[1]"] {
                let body = body.into();
                let read = (vendor.decode)(EventKind::Queue, &HeaderMap::new(), &body, &context);
                assert!(read.is_none(), "{} takes {body:?}: {read:?}", vendor.target);
            }
        }
    }
}
