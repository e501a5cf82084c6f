//! Compares what a scan found with what the markers of a case claim, and says where they differ.

use std::fmt;

use super::markers::{Kind, Marker};

/// A line of a file of the case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// Path within the case.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
}

/// A flow that the scan found.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FoundFlow {
    /// Line of the sink.
    pub sink: Place,
    /// Line of the disclosure.
    pub disclosure: Place,
    /// Data element.
    pub element: String,
    /// Destination.
    pub destination: String,
    /// Protections, sorted.
    pub protections: Vec<String>,
    /// What the policy of the case says, where it has one.
    pub verdict: Option<String>,
    /// Line of the source.
    pub source: Place,
}

/// A known sink that the scan passed, tainted or not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FoundSite {
    /// Line of the sink.
    pub place: Place,
    /// Destination.
    pub destination: String,
}

/// What a scan found in a case.
#[derive(Clone, Default, Debug)]
pub struct Found {
    /// All flows.
    pub flows: Vec<FoundFlow>,
    /// All sinks.
    pub sites: Vec<FoundSite>,
}

/// A difference between claim and finding.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Complaint {
    /// Where.
    pub place: Place,
    /// What differs.
    pub message: String,
}

impl FoundFlow {
    fn stands_at(&self, file: &str, line: u32) -> bool {
        [&self.sink, &self.disclosure].into_iter().any(|place| place.file == file && place.line == line)
    }

    fn is_claimed_by(&self, marker: &Marker) -> bool {
        self.stands_at(&marker.file, marker.line)
            && self.element == marker.element
            && self.destination == marker.destination
            && self.protections == marker.protections
    }

    /// A clean line is denied by whatever lies below its element and destination, whatever its protections.
    fn denies(&self, marker: &Marker) -> bool {
        self.stands_at(&marker.file, marker.line)
            && lies_within(&self.element, &marker.element)
            && lies_within(&self.destination, &marker.destination)
    }
}

impl fmt::Display for FoundFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", self.element, self.destination)?;
        if !self.protections.is_empty() {
            write!(f, " [{}]", self.protections.join(", "))?;
        }
        if let Some(verdict) = &self.verdict {
            write!(f, " => {verdict}")?;
        }
        Ok(())
    }
}

/// Whether `id` is `ancestor` or stands below it.
pub fn lies_within(id: &str, ancestor: &str) -> bool {
    id.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Every difference between `markers` and `found`, in the order of their places.
pub fn complaints(markers: &[Marker], found: &Found) -> Vec<Complaint> {
    let of_markers = markers.iter().flat_map(|marker| complaints_of(marker, found));
    let unmarked = found.flows.iter().filter(|flow| !is_expected(flow, markers)).map(|flow| Complaint {
        place: flow.disclosure.clone(),
        message: format!("no marker expects this flow: {flow}"),
    });
    let mut all: Vec<Complaint> = of_markers.chain(unmarked).collect();
    all.sort();
    all.dedup();
    all
}

fn is_expected(flow: &FoundFlow, markers: &[Marker]) -> bool {
    markers.iter().any(|marker| matches!(marker.kind, Kind::Flow | Kind::Spurious) && flow.is_claimed_by(marker))
}

fn complaints_of(marker: &Marker, found: &Found) -> Vec<Complaint> {
    let claim = format!("{} -> {}", marker.element, marker.destination);
    let claimed: Vec<&FoundFlow> = found.flows.iter().filter(|flow| flow.is_claimed_by(marker)).collect();
    let mut messages = Vec::new();
    match marker.kind {
        Kind::Flow if claimed.is_empty() => messages.push(format!("expected, not found: {claim}")),
        Kind::Spurious if claimed.is_empty() => {
            messages.push(format!("no longer found, make it `clean`: {claim}"));
        }
        Kind::Missing if !claimed.is_empty() => messages.push(format!("found now, make it `flow`: {claim}")),
        Kind::Clean => messages.extend(complaints_of_clean(marker, found)),
        Kind::Flow | Kind::Spurious | Kind::Missing => {}
    }
    if let Some(expected) = &marker.verdict {
        let others = claimed.iter().filter_map(|flow| flow.verdict.as_ref()).filter(|verdict| *verdict != expected);
        messages.extend(others.map(|actual| format!("expected {expected}, judged {actual}: {claim}")));
    }
    let place = Place { file: marker.file.clone(), line: marker.line };
    messages.into_iter().map(|message| Complaint { place: place.clone(), message }).collect()
}

fn complaints_of_clean(marker: &Marker, found: &Found) -> Vec<String> {
    let has_sink = found.sites.iter().any(|site| {
        site.place.file == marker.file
            && site.place.line == marker.line
            && lies_within(&site.destination, &marker.destination)
    });
    let mut messages = Vec::new();
    if !has_sink {
        messages.push(format!("no sink for {} stands here, so `clean` says nothing", marker.destination));
    }
    let denying = found.flows.iter().filter(|flow| flow.denies(marker));
    messages.extend(denying.map(|flow| format!("should be clean, found: {flow}")));
    messages
}

/// The files of a case with the actual flows and all complaints beside their lines.
pub fn report(files: &[(&str, &str)], found: &Found, complaints: &[Complaint]) -> String {
    let mut text = String::new();
    for (path, content) in files {
        text.push_str(&format!("\n--- {path}\n"));
        for (index, line) in content.lines().enumerate() {
            let number = index as u32 + 1;
            text.push_str(&format!("{number:4} | {line}\n"));
            let here = |place: &Place| place.file == *path && place.line == number;
            for flow in found.flows.iter().filter(|flow| flow.stands_at(path, number)) {
                let Place { file, line } = &flow.source;
                text.push_str(&format!("       > {flow}, from {file}:{line}\n"));
            }
            for complaint in complaints.iter().filter(|complaint| here(&complaint.place)) {
                text.push_str(&format!("       ! {}\n", complaint.message));
            }
        }
    }
    let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    for complaint in complaints.iter().filter(|complaint| !paths.contains(&complaint.place.file.as_str())) {
        text.push_str(&format!("! {}:{}: {}\n", complaint.place.file, complaint.place.line, complaint.message));
    }
    text
}
