//! Reads what is not code in a repository and tells about it: settings, values and screens of an app, dependencies.
//!
//! ```text
//! path -> Kind -> one reader for each format -> Resources
//!                 manifest    the classes that are components of an app, the permissions that it asks for
//!                 layout      views by id, click handlers, fields of generated classes
//!                 values      texts, numbers and truth values by name
//!                 gradle      generated constants, dependencies (catalogue: the names that they go by)
//!                 maven, gems dependencies
//!                 properties, settings   settings by key, variables of the environment
//!                 declarations   columns, fields of messages, of types of a query language, of HTTP interfaces
//! ```
//!
//! Files are hostile as code is: each format has its bounds, nothing is expanded that grows, and a file that cannot be
//! read is told and left out. Formats are read in parallel; what they say comes together in the order of the files, so
//! that it depends on no thread. Build scripts come last: they refer to properties and catalogues.

mod catalogue;
mod declarations;
mod dependency;
mod gems;
mod gradle;
mod kind;
mod layout;
mod manifest;
mod maven;
mod placeholder;
mod properties;
mod settings;
mod table;
mod values;
mod xml;

use rayon::prelude::*;

use crate::base::{Code, Diagnostic, FileId, Span};
use crate::resource::catalogue::Catalogue;
use crate::resource::declarations::{changelog, graph, interface, messages, sql};
use crate::resource::manifest::Manifest;
use crate::source::{SourceFile, SourceMap};

pub use declarations::Declaration;
pub use dependency::Dependency;
pub use kind::{Kind, kind_of};
pub use layout::{Layouts, View};
pub use manifest::{Component, Permission};
pub use table::{Scalar, Setting, Table};
pub use values::Values;

/// What the files beside the code say.
#[derive(Clone, Default, Debug)]
pub struct Resources {
    /// Constants of the generated class of a build's configuration.
    pub build_fields: Table,
    /// Settings of the program by key.
    pub settings: Table,
    /// Variables of the environment.
    pub environment: Table,
    /// Values of the app.
    pub values: Values,
    /// Classes that manifests declare.
    pub components: Vec<Component>,
    /// Screens of the app.
    pub layouts: Layouts,
    /// Values that schemas of databases and interfaces declare, in the order of files and places.
    pub declarations: Vec<Declaration>,
    /// Permissions that manifests ask for.
    pub permissions: Vec<Permission>,
    /// Declared dependencies, in the order of files and places.
    pub dependencies: Vec<Dependency>,
}

impl Resources {
    /// All that a text with placeholders (`${api.url}/v1`) may come to; `None` when a part of it is not known.
    pub fn resolve(&self, text: &str) -> Option<Vec<Scalar>> {
        placeholder::resolve(text, &self.settings)
    }

    fn take(&mut self, read: Read) {
        match read {
            Read::Manifest(manifest) => {
                self.components.extend(manifest.components);
                self.permissions.extend(manifest.permissions);
            }
            Read::Layouts(layouts) => self.layouts.extend(layouts),
            Read::Values(values) => self.values.extend(values),
            Read::Dependencies(dependencies) => self.dependencies.extend(dependencies),
            Read::Declarations(declarations) => self.declarations.extend(declarations),
            Read::Settings(table) => self.settings.extend(table),
            Read::Environment(table) => self.environment.extend(table),
            Read::Script(script) => {
                self.build_fields.extend(script.build_fields);
                self.values.strings.extend(script.strings);
                self.dependencies.extend(script.dependencies);
            }
            // Only scripts ask for it.
            Read::Catalogue(_) => {}
        }
    }
}

/// What one file says.
enum Read {
    Manifest(Manifest),
    Layouts(Layouts),
    Values(Values),
    Dependencies(Vec<Dependency>),
    Declarations(Vec<Declaration>),
    Settings(Table),
    Environment(Table),
    Catalogue(Catalogue),
    Script(gradle::Script),
}

/// What scripts refer to.
#[derive(Default)]
struct Surroundings {
    catalogues: Vec<Catalogue>,
    settings: Table,
}

/// Reads the files of formats that are known.
pub fn read(sources: &SourceMap) -> (Resources, Vec<Diagnostic>) {
    let files: Vec<(FileId, &SourceFile, Kind)> =
        sources.iter().filter_map(|(id, file)| Some((id, file, kind_of(&file.path)?))).collect();
    let (scripts, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|(.., kind)| *kind == Kind::Gradle);
    let mut resources = Resources::default();
    let mut surroundings = Surroundings::default();
    let mut diagnostics = Vec::new();
    for files in [others, scripts] {
        let each = |(id, file, kind): &(FileId, &SourceFile, Kind)| read_file(*id, file, *kind, &surroundings);
        let read: Vec<Result<Read, String>> = files.par_iter().map(each).collect();
        for ((id, file, _), read) in files.into_iter().zip(read) {
            match read {
                Ok(Read::Catalogue(catalogue)) => surroundings.catalogues.push(catalogue),
                Ok(read) => resources.take(read),
                Err(reason) => diagnostics.push(unread(id, file, &reason)),
            }
        }
        surroundings.settings = resources.settings.clone();
    }
    resources.dependencies.sort_by_key(|dependency| dependency.span);
    (resources, diagnostics)
}

fn read_file(id: FileId, file: &SourceFile, kind: Kind, surroundings: &Surroundings) -> Result<Read, String> {
    let text = file.text.as_str();
    Ok(match kind {
        Kind::Manifest => Read::Manifest(manifest::read(id, text)?),
        Kind::Layout => Read::Layouts(layout::read(id, &file.path, text)?),
        Kind::Values => Read::Values(values::read(id, text)?),
        Kind::Gradle => Read::Script(gradle::read(id, text, &surroundings.catalogues, &surroundings.settings)),
        Kind::Catalogue => Read::Catalogue(catalogue::read(&file.path, text)?),
        Kind::Maven => Read::Dependencies(maven::read(id, text)?),
        Kind::GemLock => Read::Dependencies(gems::read(id, text)),
        Kind::Properties => Read::Settings(properties::properties(id, text)),
        Kind::Yaml => Read::Settings(settings::read(id, text)?),
        Kind::Environment => Read::Environment(properties::environment(id, text)),
        Kind::Sql => Read::Declarations(sql::read(id, text)),
        Kind::ChangesXml => Read::Declarations(changelog::read_xml(id, text)?),
        Kind::ChangesYaml => Read::Declarations(changelog::read_yaml(id, text)?),
        Kind::Messages => Read::Declarations(messages::read(id, text)),
        Kind::Graph => Read::Declarations(graph::read(id, text)),
        Kind::Interface => Read::Declarations(interface::read(id, text)?),
    })
}

fn unread(id: FileId, file: &SourceFile, reason: &str) -> Diagnostic {
    let message = format!("This file cannot be read as what its name says, and is left out: {reason}");
    Diagnostic::warning(Code::ParseError, Span::new(id, 0, file.text.len()), message)
}
