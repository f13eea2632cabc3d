//! The table's form, so that whoever updates it hears of a slip.

use super::*;

fn rates() -> Vec<(&'static str, &'static Rate)> {
    let rates = &Prices::get().rates;
    let plans = [
        ("lambda", &rates.lambda),
        ("cloud-run", &rates.cloud_run),
        ("azure-consumption", &rates.azure_consumption),
        ("azure-flex-consumption", &rates.azure_flex_consumption),
    ];
    let each = plans.into_iter().flat_map(|(plan, rates)| {
        [&rates.base]
            .into_iter()
            .chain(&rates.regions)
            .map(move |rate| (plan, rate))
    });
    each.collect()
}

impl<T: Copy> Steps<T> {
    fn values(&self) -> impl Iterator<Item = T> {
        let then = self.then.iter().map(|step| step.is);
        [self.first].into_iter().chain(then)
    }

    fn bounds(&self) -> Vec<u64> {
        self.then.iter().map(|step| step.from).collect()
    }
}

#[test]
fn each_row_says_where_and_when_it_was_read() {
    for (plan, rate) in rates() {
        let row = format!("{plan}, {}", rate.class);
        let vendor = match plan {
            "lambda" => "https://aws.amazon.com/",
            "cloud-run" => "https://cloud.google.com/",
            _ => "https://azure.microsoft.com/",
        };
        assert!(rate.source.starts_with(vendor), "{row}: {}", rate.source);
        let parts: Vec<u32> = rate
            .as_of
            .split('-')
            .filter_map(|part| part.parse().ok())
            .collect();
        assert!(
            matches!(parts[..], [2020..2100, 1..=12, 1..=31]) && rate.as_of.len() == 10,
            "{row}: `{}` is no day as 2026-09-19",
            rate.as_of
        );
    }
}

#[test]
fn no_price_is_out_by_a_factor_of_ten() {
    let bounds = |least: &str, most: &str| {
        let read = |text: &str| serde_json::from_str::<Usd>(&format!("\"{text}\"")).unwrap();
        read(least)..=read(most)
    };
    let gb_second = bounds("0.000001", "0.00005");
    let vcpu_second = bounds("0.00001", "0.0001");
    let request = bounds("0.0000001", "0.000001");
    for (plan, rate) in rates() {
        let row = format!("{plan}, {}", rate.class);
        for steps in [Some(&rate.gb_second), rate.gb_second_arm.as_ref()]
            .into_iter()
            .flatten()
        {
            for price in steps.values() {
                assert!(gb_second.contains(&price), "{row}: {price} a GB-second");
            }
        }
        match plan {
            "cloud-run" => {
                let price = rate.vcpu_second;
                assert!(vcpu_second.contains(&price), "{row}: {price} a vCPU-second");
            }
            _ => assert_eq!(rate.vcpu_second, Usd::default(), "{row} bills no CPUs"),
        }
        assert!(
            request.contains(&rate.request),
            "{row}: {} a request",
            rate.request
        );
    }
}

#[test]
fn tiers_are_in_order_and_the_more_is_used_the_less_a_gb_second_costs() {
    for (plan, rate) in rates() {
        for steps in [Some(&rate.gb_second), rate.gb_second_arm.as_ref()]
            .into_iter()
            .flatten()
        {
            let row = format!("{plan}, {}", rate.class);
            assert!(steps.bounds().is_sorted(), "{row}: {steps:?}");
            assert!(
                steps.values().is_sorted_by(|a, b| a > b),
                "{row}: {steps:?}"
            );
        }
    }
}

#[test]
fn each_region_has_one_row() {
    let rates = &Prices::get().rates;
    for rates in [
        &rates.lambda,
        &rates.cloud_run,
        &rates.azure_consumption,
        &rates.azure_flex_consumption,
    ] {
        assert!(rates.base.names.is_empty(), "{:?}", rates.base);
        let mut seen = Vec::new();
        for rate in &rates.regions {
            assert!(!rate.names.is_empty(), "no region in: {rate:?}");
            for name in &rate.names {
                assert!(!seen.contains(&name), "{name} is named twice");
                seen.push(name);
            }
        }
    }
}

#[test]
fn each_plan_bills_in_steps_that_can_be_counted() {
    for plan in Plan::ALL {
        let Billing {
            time,
            memory,
            vcpus,
            ..
        } = Prices::get().billing(plan);
        assert!(time.step_ms >= 1 && time.least_ms >= 1, "{plan}: {time:?}");
        assert!(
            memory.step_mb >= 1 && memory.least_mb >= 128,
            "{plan}: {memory:?}"
        );
        assert!(memory.default_mb >= memory.least_mb, "{plan}: {memory:?}");
        assert!(vcpus.bounds().is_sorted(), "{plan}: {vcpus:?}");
        assert!(
            vcpus.values().is_sorted(),
            "{plan}: more memory comes with more CPUs"
        );
        let bills_cpus = plan.provider() == "gcp";
        assert_eq!(vcpus.first > 0, bills_cpus, "{plan}: {vcpus:?}");
    }
}
