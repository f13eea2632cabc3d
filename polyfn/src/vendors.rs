//! The clouds' own events, for functions that run on this machine.

use polyfn_local::Vendor;

/// Those of the targets that are compiled in.
pub(crate) const VENDORS: &[Vendor] = &[
    #[cfg(feature = "aws")]
    Vendor {
        target: "aws",
        decode: |_, _, body, context| match polyfn_aws::decode_event(body.clone(), context) {
            // Anybody's, and read without AWS's help.
            Ok(Some(event)) if event.source == polyfn_aws::EventSource::CloudEvent => None,
            Ok(event) => {
                let items = event?.items.into_iter();
                let deliveries = items.map(polyfn_aws::EventItem::into_delivery);
                Some(deliveries.map(|read| read.map_err(Into::into)).collect())
            }
            Err(error) => Some(Err(error.into())),
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
