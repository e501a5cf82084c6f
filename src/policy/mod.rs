//! Flows against the policy file.
