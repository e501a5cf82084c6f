//! What the engine finds: flows, in terms of symbols and spans.

use crate::base::{Span, Symbol};

/// How far a flow can be believed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    /// The word for it in flags, policies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// What kind of place a source is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum SourceKind {
    /// A platform or library read.
    Call,
    /// A persisted declaration: column, entity, preference.
    Stored,
    /// A form field or request key.
    Input,
    Field,
    Parameter,
    Local,
    /// The result of a method that says so by its name.
    Accessor,
    /// A whole object that is a record of personal data.
    Object,
    /// A permission that an app asks for.
    Permission,
}

impl SourceKind {
    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            SourceKind::Call => "call",
            SourceKind::Stored => "stored",
            SourceKind::Input => "input",
            SourceKind::Field => "field",
            SourceKind::Parameter => "parameter",
            SourceKind::Local => "local",
            SourceKind::Accessor => "accessor",
            SourceKind::Object => "object",
            SourceKind::Permission => "permission",
        }
    }
}

/// Where a data element comes into being.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourcePoint {
    /// The declaration or call.
    pub span: Span,
    /// What it is called (`User.email`, `TelephonyManager.getDeviceId`).
    pub symbol: Symbol,
    /// The function around it, qualified with its arity.
    pub function: Option<Symbol>,
    /// What kind of place.
    pub kind: SourceKind,
    /// The rule that says so.
    pub rule: Symbol,
}

/// A call that discloses or takes data.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CallPoint {
    /// The sink site or call.
    pub span: Span,
    /// The qualified callee (`android.util.Log.d`).
    pub callee: Symbol,
    /// The function around it, qualified with its arity (`a.SignUp.submit/1`).
    pub function: Symbol,
}

/// What happens at a step of a witness.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum StepKind {
    Source,
    Assign,
    Call,
    Return,
    Field,
    Element,
    Callback,
    Dispatch,
    Disclosure,
    Sink,
}

impl StepKind {
    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            StepKind::Source => "source",
            StepKind::Assign => "assign",
            StepKind::Call => "call",
            StepKind::Return => "return",
            StepKind::Field => "field",
            StepKind::Element => "element",
            StepKind::Callback => "callback",
            StepKind::Dispatch => "dispatch",
            StepKind::Disclosure => "disclosure",
            StepKind::Sink => "sink",
        }
    }
}

/// One step of a witness.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Step {
    /// The place.
    pub span: Span,
    /// What happens.
    pub kind: StepKind,
    /// The function around it.
    pub function: Option<Symbol>,
}

/// A data element that reaches a sink.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flow {
    /// The data element.
    pub element: Symbol,
    /// Destination id, vendor included (`crash_report.sentry`).
    pub destination: Symbol,
    /// The host, where it is known.
    pub host: Option<Symbol>,
    /// Protections that every path to the sink carries, sorted.
    pub protections: Vec<Symbol>,
    /// Effects of which an unmodelled call on the way speaks by its name, sorted.
    pub possible_protections: Vec<Symbol>,
    /// How far to believe it.
    pub confidence: Confidence,
    /// Why the source is believed and what lowered the confidence, as sentences.
    pub evidence: Vec<String>,
    /// The source of the best witness.
    pub source: SourcePoint,
    /// Other sources of the same flow, sorted.
    pub other_sources: Vec<SourcePoint>,
    /// Where the value leaves first-party code that holds it.
    pub disclosure: CallPoint,
    /// The sink.
    pub sink: CallPoint,
    /// Index of the sink's argument; `None` for the receiver or result.
    pub argument: Option<u32>,
    /// Id of the sink rule.
    pub sink_rule: Symbol,
    /// Column, key or file that it is stored as.
    pub stored_as: Option<Symbol>,
    /// The literal skeleton of the sink's arguments: constants as they are, everything else as `_`.
    pub skeleton: String,
    /// The witness, from source through disclosure to sink.
    pub steps: Vec<Step>,
}
