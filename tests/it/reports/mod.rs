//! Reports: their shape, their truth (every region is read back from its file), and that they stay what they were.

mod engine;
mod json;
mod regions;
mod sarif;
mod text;

use candor::base::{Code, Diagnostic, Span, Symbol};
use candor::policy::{Case, DocumentTexts, Folder, Policy, PolicyFile, load, rule};
use candor::report::{Findings, Report, Summary};
use candor::resource::Dependency;
use candor::rules::model::RuleSet;
use candor::source::{SourceFile, SourceMap};
use candor::taint::{
    Analysis, CallPoint, Callee, CalleeKind, Confidence, Flow, LibraryCalls, Occurrence, SinkSite, SourceKind,
    SourcePoint, Step, StepKind, Unmodelled, distinct, fingerprints,
};

/// Code in which columns are easily counted wrong: tabs, line breaks of two characters, characters of one to four bytes.
const USER: &str = "class User {\r\n\t/* 𝒳 é 日本 */ String email;\r\n\tString token;\r\n}\r\n";
const SIGN_UP: &str = "class SignUp {\n  void submit(User user) {\n    String text = \"😀\" + user.email;\n    \
                       Audit.note(\"\u{1b}[31m😀\", text);\n    api\n      .send(\n        user.token);\n  }\n}\n";
const AUDIT: &str = "class Audit {\n  static void note(String tag, String text) {\n    Log.info(tag, text);\n  }\n}\n";
const PRIVACY: &str = "# Privacy\n\nWe keep *nothing* of you in our logs.\n";
const POLICY: &str = "version: 1\npolicy: example\ndocuments:\n  notice: { path: PRIVACY.md }\nrules:\n  \
                      - id: nothing-in-logs\n    forbid: [user]\n    to: [log]\n    unless: [hashed]\n    \
                      clause: { in: notice, quote: \"We keep nothing of you in our logs\" }\n  \
                      - id: sold-data\n    permit: [user.contact]\n    to: [ads]\n    \
                      clause: { in: notice, quote: \"We sell it all\" }\n";

/// All that a report is made of.
struct Sample {
    sources: SourceMap,
    rules: RuleSet,
    analysis: Analysis,
    policies: Vec<Policy>,
    documents: DocumentTexts,
    diagnostics: Vec<Diagnostic>,
    dependencies: Vec<Dependency>,
}

impl Sample {
    /// Two flows in the code above, judged by the policy above.
    fn new() -> Sample {
        let files = [("app/Audit.java", AUDIT), ("app/SignUp.java", SIGN_UP), ("app/User [1].java", USER)];
        let files = files.map(|(path, text)| SourceFile { path: path.to_owned(), text: text.to_owned() });
        let sources = SourceMap::new(files.to_vec());
        let rules = RuleSet::builtin();
        let file = PolicyFile {
            path: "candor.yaml".to_owned(),
            text: POLICY.to_owned(),
            folder: Folder::Inside(String::new()),
        };
        let policy = load(file, &rules).expect("a policy without mistakes");
        let mut sample = Sample {
            analysis: Analysis::default(),
            rules,
            policies: vec![policy],
            documents: DocumentTexts::from([("PRIVACY.md".to_owned(), PRIVACY.to_owned())]),
            diagnostics: Vec::new(),
            dependencies: Vec::new(),
            sources,
        };
        sample.analysis = sample.analysis();
        let declares = |coordinate: &str, text| Dependency {
            coordinate: coordinate.to_owned(),
            span: sample.span("app/SignUp.java", text),
        };
        sample.dependencies =
            vec![declares("com.example:wash", "class SignUp"), declares("io.sentry:sentry-android", "api")];
        sample.diagnostics = vec![
            Diagnostic::warning(Code::ParseError, sample.span("app/User [1].java", "String token"), "not understood"),
            Diagnostic::path(Code::Unreadable, "app/Secret.java", "not scanned: permission denied"),
        ];
        sample
    }

    /// The span of the first `text` in a file.
    fn span(&self, path: &str, text: &str) -> Span {
        let file = self.sources.find(path).expect("a file of the sample");
        let start = self.sources.file(file).text.find(text).expect("a text of the file");
        Span::new(file, start, start + text.len())
    }

    fn analysis(&self) -> Analysis {
        let user = |text| self.span("app/User [1].java", text);
        let sign_up = |text| self.span("app/SignUp.java", text);
        let source = |span, symbol: &str, rule: &str| SourcePoint {
            span,
            symbol: symbol.into(),
            function: None,
            kind: SourceKind::Field,
            rule: rule.into(),
        };
        let call =
            |span, callee: &str, function: &str| CallPoint { span, callee: callee.into(), function: function.into() };
        let step = |span, kind, function: Option<&str>| Step { span, kind, function: function.map(Symbol::new) };
        let submit = "app.SignUp.submit/1";
        let email = source(user("email"), "User.email", "user.contact.email");
        let logged = Flow {
            element: "user.contact.email".into(),
            destination: "log".into(),
            host: None,
            protections: vec![],
            possible_protections: vec![],
            confidence: Confidence::High,
            evidence: vec!["field `email` of `User`, type String".to_owned()],
            source: email.clone(),
            other_sources: vec![],
            disclosure: call(sign_up("Audit.note(\"\u{1b}[31m😀\", text)"), "app.Audit.note", submit),
            sink: call(self.span("app/Audit.java", "Log.info(tag, text)"), "Log.info", "app.Audit.note/2"),
            argument: Some(1),
            sink_rule: "log.info".into(),
            stored_as: None,
            skeleton: "_, _".to_owned(),
            steps: vec![
                step(user("email"), StepKind::Source, None),
                step(sign_up("text = \"😀\" + user.email"), StepKind::Assign, Some(submit)),
                step(sign_up("Audit.note(\"\u{1b}[31m😀\", text)"), StepKind::Disclosure, Some(submit)),
                step(self.span("app/Audit.java", "Log.info(tag, text)"), StepKind::Sink, Some("app.Audit.note/2")),
            ],
        };
        let send = sign_up("api\n      .send(\n        user.token)");
        let sent = Flow {
            element: "user.authorization.credentials".into(),
            destination: "crash_report.sentry".into(),
            host: Some("crash.example.com".into()),
            protections: vec!["truncated".into()],
            confidence: Confidence::Medium,
            evidence: vec!["a field called `token`".to_owned()],
            source: source(user("token"), "User.token", "user.authorization.credentials"),
            other_sources: vec![email.clone()],
            disclosure: call(send, "app.Api.send", submit),
            sink: call(send, "app.Api.send", submit),
            argument: None,
            sink_rule: "api.send".into(),
            stored_as: Some("crash_reports.token".into()),
            steps: vec![step(user("token"), StepKind::Source, None), step(send, StepKind::Sink, Some(submit))],
            ..logged.clone()
        };
        let rinse = Callee {
            class: Some("com.example.Wash".into()),
            name: "rinse".into(),
            arity: 1,
            kind: CalleeKind::Method,
            language: "java".into(),
        };
        let sink_site = SinkSite { span: send, destination: "log".into(), rule: "log.info".into() };
        Analysis {
            flows: distinct(vec![sent, logged]),
            sink_sites: vec![sink_site],
            occurrences: vec![Occurrence {
                element: "user.contact.email".into(),
                source: email,
                confidence: Confidence::High,
            }],
            library_calls: LibraryCalls { entered: 8, modelled: 5, unresolved: 2 },
            unmodelled: vec![Unmodelled { callee: rinse, calls: 3, places: vec![send] }],
            ..Analysis::default()
        }
    }

    fn report(&self) -> Report {
        let fingerprints = fingerprints(&self.analysis.flows);
        let case = Case {
            flows: &self.analysis.flows,
            fingerprints: &fingerprints,
            sources: &self.sources,
            rules: &self.rules,
            today: "2026-01-31".parse().expect("a date"),
            min_confidence: None,
        };
        let ruling = rule(&case, &self.policies, &self.documents);
        let summary = Summary { files: 3, lines: 19, bytes: 400, ..Summary::default() };
        Report::of(&Findings {
            sources: &self.sources,
            rules: &self.rules,
            analysis: &self.analysis,
            fingerprints: &fingerprints,
            dependencies: &self.dependencies,
            policies: &self.policies,
            ruling: &ruling,
            documents: &self.documents,
            diagnostics: &self.diagnostics,
            summary: &summary,
            complete: false,
        })
    }

    /// The text of a file by its path, of the code, the policy and its document.
    fn text(&self, path: &str) -> &str {
        match path {
            "candor.yaml" => POLICY,
            "PRIVACY.md" => PRIVACY,
            path => &self.sources.file(self.sources.find(path).expect("a file of the sample")).text,
        }
    }
}

/// What a format writes.
fn written(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("memory can be written");
    String::from_utf8(out).expect("reports are UTF-8")
}
