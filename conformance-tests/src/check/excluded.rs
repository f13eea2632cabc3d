//! What is left to expect where a platform stands in the way.

use crate::check::{Difference, response};
use crate::http::Response;
use crate::{Exclusion, ResponseExpectation, Step};

/// All that even the exclusion does not explain. A loss is no licence to fail: unless the platform
/// is known to answer something else, the status is still the one that the step asks for.
pub(crate) fn excluded(exclusion: &Exclusion, step: &Step, actual: &Response) -> Vec<Difference> {
    if let Some(instead) = &exclusion.instead {
        return response(instead, actual);
    }
    let status = ResponseExpectation {
        status: Some(step.expected_status()),
        ..ResponseExpectation::default()
    };
    response(&status, actual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Suite;

    fn found(instead: &str, step: &str, status: u16) -> usize {
        let text = format!(
            "[[exclusion]]\nname = 'e'\non = ['gcp']\nreason = 'r'\nlink = 'https://x'\n{instead}\n\
             [[case]]\nid = 'a'\ntitle = 'A'\nexclude = ['e']\n{step}"
        );
        let suite = Suite::from_files([("x", text.as_str())]).unwrap();
        let case = &suite.cases()[0];
        let exclusion = suite.exclusion(case, crate::Column::Gcp).unwrap();
        let actual = Response {
            status,
            ..Response::default()
        };
        excluded(exclusion, &case.steps[0], &actual).len()
    }

    #[test]
    fn the_status_is_still_the_one_that_is_asked_for() {
        let echo = "request = { target = '/echo/' }\necho = { path = '/echo/' }";
        assert_eq!((found("", echo, 200), found("", echo, 502)), (0, 1));
        let reply = "reply = { status = 418 }\nresponse = { empty = true }";
        assert_eq!((found("", reply, 418), found("", reply, 200)), (0, 1));
        let problem = "request = { target = '/' }\nresponse = { problem = { status = 404 } }";
        assert_eq!((found("", problem, 404), found("", problem, 500)), (0, 1));
    }

    #[test]
    fn an_exclusion_may_know_better() {
        let echo = "request = { target = '/echo/' }\necho = { path = '/echo/' }";
        let instead = "instead = { status = 413 }";
        assert_eq!(
            (found(instead, echo, 413), found(instead, echo, 200)),
            (0, 1)
        );
    }
}
