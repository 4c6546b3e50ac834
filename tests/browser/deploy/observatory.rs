//! The scoring rules of Mozilla's HTTP Observatory (github.com/mdn/mdn-http-observatory: `analyzer/tests/` and
//! `grader/charts.js`, version 1.4), applied to what nginx answers: of ten tests the page fails none.

use std::collections::HashMap;

use crate::support::answer::Answer;
use crate::support::certificates::HOST;
use crate::support::deployment::Deployment;
use crate::support::tell;

browser_tests!(
    alone: the_observatory_finds_nothing_to_mend,
    the_observatory_s_rules_find_what_is_missing,
);

async fn the_observatory_finds_nothing_to_mend() {
    let deployment = Deployment::hardened().await;
    let http = format!("http://{HOST}:{}/", deployment.ports.http.port());
    let scan = Scan {
        page: Answer::to(&deployment, "", "identity"),
        over_http: Answer::from(&deployment, &http, "Accept: */*"),
    };
    let failed = scan.failed();
    assert!(failed.is_empty(), "{failed:?}");
    tell(format_args!("the Observatory's score is {}", scan.score()));
}

/// The answer that leads from http to https has next to none of the headers.
async fn the_observatory_s_rules_find_what_is_missing() {
    let deployment = Deployment::hardened().await;
    let http = format!("http://{HOST}:{}/", deployment.ports.http.port());
    let answer = || Answer::from(&deployment, &http, "Accept: */*");
    let scan = Scan {
        page: answer(),
        over_http: Answer::to(&deployment, "", "identity"),
    };
    let expected = [
        "content security policy",
        "redirection",
        "strict transport security",
        "content type options",
        "frame options",
    ];
    assert_eq!(scan.failed(), expected);
}

/// What the rules look at.
struct Scan {
    page: Answer,
    over_http: Answer,
}

/// Each directive with its sources.
type Policy = HashMap<String, Vec<String>>;

/// Points to add to 100, and whether the Observatory counts the test as passed.
type Verdict = (i32, bool);

impl Scan {
    fn policy(&self) -> Option<Policy> {
        let header = self.page.header("content-security-policy")?;
        let directives = header.split(';').filter_map(|directive| {
            let mut words = directive.split_whitespace().map(str::to_lowercase);
            Some((words.next()?, words.collect()))
        });
        Some(directives.collect())
    }

    fn failed(&self) -> Vec<&'static str> {
        self.verdicts()
            .into_iter()
            .filter(|(_, (_, passed))| !passed)
            .map(|(name, _)| name)
            .collect()
    }

    /// Points above 100 count only for those with 90 without them.
    fn score(&self) -> i32 {
        let modifiers = self.verdicts().map(|(_, (modifier, _))| modifier);
        let penalties: i32 = modifiers.iter().filter(|modifier| **modifier < 0).sum();
        let bonuses: i32 = modifiers.iter().filter(|modifier| **modifier > 0).sum();
        let score = 100 + penalties;
        if score < 90 {
            score.max(0)
        } else {
            score + bonuses
        }
    }

    fn verdicts(&self) -> [(&'static str, Verdict); 10] {
        [
            ("content security policy", self.content_security_policy()),
            ("cookies", self.cookies()),
            ("cross-origin resource sharing", self.resource_sharing()),
            ("cross-origin resource policy", self.resource_policy()),
            ("redirection", self.redirection()),
            ("referrer policy", self.referrer_policy()),
            (
                "strict transport security",
                self.strict_transport_security(),
            ),
            ("subresource integrity", self.subresource_integrity()),
            ("content type options", self.content_type_options()),
            ("frame options", self.frame_options()),
        ]
    }

    fn content_security_policy(&self) -> Verdict {
        const INLINE: [&str; 2] = ["'unsafe-inline'", "data:"];
        const PASSIVE: [&str; 2] = ["img-src", "media-src"];
        let Some(policy) = self.policy() else {
            return (-25, false);
        };
        let sources = |directive: &str| {
            let sources = policy.get(directive).or_else(|| policy.get("default-src"));
            sources.cloned().unwrap_or(vec!["*".to_owned()])
        };
        let (scripts, styles) = (sources("script-src"), sources("style-src"));
        let inline = |source: &String| INLINE.contains(&&**source);
        if scripts
            .iter()
            .any(|source| is_broad(source) || inline(source))
            || sources("object-src").iter().any(|source| is_broad(source))
        {
            return (-20, false);
        }
        let mut active = policy
            .iter()
            .filter(|(name, _)| !PASSIVE.contains(&&***name));
        if active.any(|(_, sources)| sources.iter().any(|source| is_insecure(source))) {
            return (-20, false);
        }
        let mut code = scripts.iter().chain(&styles);
        if code.any(|source| source == "'unsafe-eval'") {
            return (-10, false);
        }
        if PASSIVE
            .iter()
            .any(|name| sources(name).iter().any(|source| is_insecure(source)))
        {
            return (-10, true);
        }
        if styles
            .iter()
            .any(|source| is_broad(source) || inline(source))
        {
            return (0, true);
        }
        let closed = policy
            .get("default-src")
            .is_some_and(|only| *only == ["'none'"]);
        (if closed { 10 } else { 5 }, true)
    }

    fn cookies(&self) -> Verdict {
        // The rules for those who set some are longer.
        (0, !self.page.has("set-cookie"))
    }

    fn resource_sharing(&self) -> Verdict {
        match self.page.header("access-control-allow-origin") {
            Some(_) if self.page.has("access-control-allow-credentials") => (-50, false),
            _ => (0, true),
        }
    }

    fn resource_policy(&self) -> Verdict {
        match self.page.header("cross-origin-resource-policy").as_deref() {
            None | Some("cross-origin") => (0, true),
            Some("same-origin" | "same-site") => (10, true),
            Some(_) => (-5, false),
        }
    }

    fn redirection(&self) -> Verdict {
        match self.over_http.header("location") {
            None => (-20, false),
            Some(place) if place.starts_with(&format!("https://{HOST}/")) => (0, true),
            Some(place) if place.starts_with("https:") => (-5, false),
            Some(_) => (-10, false),
        }
    }

    fn referrer_policy(&self) -> Verdict {
        match self.page.header("referrer-policy").as_deref() {
            None => (0, true),
            Some(
                "no-referrer" | "same-origin" | "strict-origin" | "strict-origin-when-cross-origin",
            ) => (5, true),
            Some(_) => (-5, false),
        }
    }

    fn strict_transport_security(&self) -> Verdict {
        const SIX_MONTHS: u64 = 15_768_000;
        let header = self.page.header("strict-transport-security");
        let age = header.as_deref().and_then(|header| {
            let mut parts = header.split(';').map(str::trim);
            parts.find_map(|part| part.strip_prefix("max-age=")?.parse::<u64>().ok())
        });
        match age {
            None => (-20, false),
            Some(age) if age < SIX_MONTHS => (-10, false),
            Some(_) => (0, true),
        }
    }

    /// Scripts of the page's own origin need no digest.
    fn subresource_integrity(&self) -> Verdict {
        let page = String::from_utf8_lossy(&self.page.body);
        let foreign = page
            .split("<script")
            .skip(1)
            .filter_map(|script| script.split('>').next()?.split("src=").nth(1))
            .map(|source| source.trim_start_matches(['"', '\'']))
            .any(|source| source.starts_with("//") || source.starts_with("http"));
        if foreign { (-5, false) } else { (0, true) }
    }

    fn content_type_options(&self) -> Verdict {
        match self.page.header("x-content-type-options").as_deref() {
            Some("nosniff") => (0, true),
            _ => (-5, false),
        }
    }

    fn frame_options(&self) -> Verdict {
        let by_policy = self.policy().is_some_and(|policy| {
            let ancestors = policy.get("frame-ancestors");
            ancestors.is_some_and(|ancestors| !ancestors.iter().any(|source| is_broad(source)))
        });
        match self.page.header("x-frame-options").as_deref() {
            _ if by_policy => (5, true),
            Some("DENY" | "SAMEORIGIN") => (0, true),
            _ => (-20, false),
        }
    }
}

fn is_broad(source: &str) -> bool {
    let place = source
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    ["ftp:", "http:", "https:", "*", "*.*"].contains(&place)
}

fn is_insecure(source: &str) -> bool {
    source.starts_with("http:") || source.starts_with("ftp:")
}
