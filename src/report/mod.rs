//! What a run found, as text, JSON and SARIF.
