//! Library calls that no rule speaks of: they are counted, and the rules offered for them load and do what they say.

use serde_json::Value;

use crate::command::Files;

const JAVA: (&str, &str) = (
    "A.java",
    "import com.unheard.Wash;\n\
     import com.unheard.Press;\n\
     class A {\n  \
       void submit(String email, String pixels) {\n    \
         String washed = Wash.rinse(email);\n    \
         Wash.rinse(email.trim());\n    \
         new Press(email, 1);\n    \
         Wash.rinse(pixels);\n    \
         own(email);\n    \
         System.out.println(Wash.rinse(\"a\"));\n  \
       }\n  \
       void own(String email) { }\n\
     }\n",
);
const KOTLIN: (&str, &str) = ("b/B.kt", "package b\n\nfun submit(email: String) {\n    iron(email)\n}\n");
const RUBY: (&str, &str) =
    ("c.rb", "def submit(user_email, any)\n  Laundry.dry(user_email)\n  any.fold!(a: user_email)\nend\n");

/// Callee, number of calls and lines of the places.
fn ranking(report: &Value) -> Vec<String> {
    let listed = report["unmodelled"].as_array().expect("unmodelled");
    let one = |call: &Value| {
        let places = call["places"].as_array().expect("places").iter();
        let places: Vec<String> =
            places.map(|place| format!("{}:{}", place["file"].as_str().unwrap_or_default(), place["line"])).collect();
        format!("{} {} {}", call["callee"].as_str().expect("callee"), call["calls"], places.join(" "))
    };
    listed.iter().map(one).collect()
}

#[test]
fn calls_are_counted_where_personal_data_enters_them() {
    let report = Files::new(&[JAVA, KOTLIN, RUBY]).report(&[]);
    assert_eq!(
        ranking(&report),
        [
            "com.unheard.Wash.rinse/1 2 A.java:5 A.java:6",
            "fold!/1 1 c.rb:3",
            "iron/1 1 b/B.kt:4",
            "Laundry.dry/1 1 c.rb:2",
            "com.unheard.Press/2 1 A.java:7",
        ]
    );
    let calls = &report["summary"]["library_calls"];
    // What trims a text is modelled.
    let count = |key: &str| calls[key].as_u64().expect(key);
    assert_eq!((count("entered"), count("modelled"), count("unresolved")), (6, 1, 1));
}

#[test]
fn no_more_than_three_places_are_told() {
    let code = "import com.unheard.Wash;\nclass A {\n  void submit(String email) {\n".to_owned()
        + &"    Wash.rinse(email);\n".repeat(5)
        + "  }\n}\n";
    let report = Files::new(&[("A.java", &code)]).report(&[]);
    assert_eq!(ranking(&report), ["com.unheard.Wash.rinse/1 5 A.java:4 A.java:5 A.java:6"]);
}

#[test]
fn the_rules_offered_load_as_they_stand_and_model_the_calls() {
    let report = Files::new(&[JAVA, KOTLIN, RUBY]).report(&[]);
    for call in report["unmodelled"].as_array().expect("unmodelled") {
        let stub = call["stub"].as_str().expect("a stub");
        let files = Files::new(&[JAVA, KOTLIN, RUBY, ("rules/own.yaml", stub)]);
        let again = files.report(&["--rules", "rules/own.yaml"]);
        let left = ranking(&again);
        let callee = call["callee"].as_str().expect("callee");
        assert!(!left.iter().any(|line| line.starts_with(&format!("{callee} "))), "{stub}\n{left:#?}");
        assert_eq!(left.len() + 1, report["unmodelled"].as_array().map_or(0, Vec::len), "{stub}");
    }
}

#[test]
fn the_text_holds_a_file_of_rules_for_all_of_them() {
    let files = Files::new(&[JAVA, KOTLIN, RUBY]);
    let said = files.scan(&["--explain-unmodelled"]).out;
    assert!(said.contains("      2  com.unheard.Wash.rinse/1  A.java:5  A.java:6\n"), "{said}");
    assert!(said.contains("Rules speak of 1 of 6 library calls that personal data entered (16.6 %)."), "{said}");
    assert!(said.contains("Beside them it entered 1 call of methods of which no class is known."), "{said}");
    let start = said.find("# What goes in").expect("the rules");
    let rules: String =
        said[start..].lines().take_while(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
    let files = Files::new(&[JAVA, KOTLIN, RUBY, ("rules/own.yaml", &rules)]);
    let again = files.scan(&["--rules", "rules/own.yaml", "--explain-unmodelled"]).out;
    assert!(again.contains("Rules speak of 7 of 7 library calls that personal data entered (100.0 %)."), "{again}");
}
