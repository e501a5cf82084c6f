//! What a bound cuts is told, with the name of the constant and the first place; what fits is not.

use serde_json::Value;

use crate::command::Files;

/// The messages about bounds, with line.
fn told(code: &str) -> Vec<String> {
    let report = Files::new(&[("A.java", code)]).report(&[]);
    let diagnostics = report["diagnostics"].as_array().expect("diagnostics").iter();
    let bounds = diagnostics.filter(|diagnostic| diagnostic["code"] == "bound");
    bounds.map(|bound: &Value| format!("{} {}", bound["line"], bound["message"].as_str().expect("text"))).collect()
}

/// A method that adds up so many parameters.
fn sum(count: usize) -> String {
    let parameters: Vec<String> = (0..count).map(|index| format!("String email{index}")).collect();
    let names: Vec<String> = (0..count).map(|index| format!("email{index}")).collect();
    let (parameters, names) = (parameters.join(", "), names.join(" + "));
    format!("class A {{\n  void all({parameters}) {{ String text = {names}; System.out.println(text); }}\n}}\n")
}

/// So many methods that each write what they read to the same field.
fn writers(count: usize) -> String {
    let method = |index| {
        format!("  void write{index}(android.telephony.TelephonyManager phone) {{ last = phone.getLine1Number(); }}\n")
    };
    format!("class A {{\n  static String last;\n{}}}\n", (0..count).map(method).collect::<String>())
}

#[test]
fn origins_of_one_value() {
    assert_eq!(told(&sum(24)), [""; 0]);
    assert_eq!(
        told(&sum(25)),
        ["2 the bound MAX_FACTS (24 origins of one value) was hit in 1 place: flows may be missing"]
    );
}

#[test]
fn writes_to_one_place() {
    assert_eq!(told(&writers(64)), [""; 0]);
    assert_eq!(
        told(&writers(65)),
        ["1 the bound MAX_WRITES (64 writes to one place) was hit in 1 place: flows may be missing"]
    );
}

/// A map of maps that lives on, of which so many are read.
fn readers(count: usize) -> String {
    let read = |index| format!("    System.out.println(kept.get(\"user{index}\").get(\"email\"));\n");
    let reads: String = (0..count).map(read).collect();
    format!(
        "import java.util.Map;\nclass A {{\n  static Map<String, Map<String, String>> kept;\n  void all() {{\n{reads}  }}\n}}\n"
    )
}

#[test]
fn parts_of_one_place() {
    assert_eq!(told(&readers(250)), [""; 0]);
    assert_eq!(
        told(&readers(260)),
        ["2 the bound MAX_PLACE_PARTS (256 parts of one place) was hit in 1 place: flows may be missing"]
    );
}

/// A list that lives on, of so many items that share four parts.
fn kept(count: usize) -> String {
    let add = "    items.add(new Item(a, b, c, d));\n".repeat(count);
    format!(
        "import java.util.*;\nclass A {{\n  static List<Item> kept;\n  void fill(String email) {{\n    \
         Part a = new Part(email), b = new Part(email), c = new Part(email), d = new Part(email);\n    \
         List<Item> items = new ArrayList<>();\n{add}    kept = items;\n  }}\n}}\n\
         class Part {{ String email; Part(String email) {{ this.email = email; }} }}\n\
         class Item {{\n  Part a, b, c, d;\n  Item(Part a, Part b, Part c, Part d) {{ \
         this.a = a; this.b = b; this.c = c; this.d = d; }}\n}}\n"
    )
}

#[test]
fn objects_that_callers_know() {
    assert_eq!(told(&kept(5)), [""; 0]);
    assert_eq!(
        told(&kept(9)),
        ["4 the bound MAX_SUMMARY_OBJECTS (12 objects that callers know of) was hit in 1 place: \
             flows may be missing",]
    );
}

/// A list that lives on, of so many items that share four parts, which share three leaves.
fn nested(count: usize) -> String {
    let add = "    items.add(new Item(a, b, c, d));\n".repeat(count);
    format!(
        "import java.util.*;\nclass A {{\n  static List<Item> kept;\n  void fill(String email) {{\n    \
         Leaf x = new Leaf(email), y = new Leaf(email), z = new Leaf(email);\n    \
         Part a = new Part(x, y, z), b = new Part(x, y, z), c = new Part(x, y, z), d = new Part(x, y, z);\n    \
         List<Item> items = new ArrayList<>();\n{add}    kept = items;\n  }}\n}}\n\
         class Leaf {{ String email; Leaf(String email) {{ this.email = email; }} }}\n\
         class Part {{\n  Leaf x, y, z;\n  Part(Leaf x, Leaf y, Leaf z) {{ this.x = x; this.y = y; this.z = z; }}\n}}\n\
         class Item {{\n  Part a, b, c, d;\n  Item(Part a, Part b, Part c, Part d) {{ \
         this.a = a; this.b = b; this.c = c; this.d = d; }}\n}}\n"
    )
}

#[test]
fn objects_within_one_that_lives_on() {
    assert_eq!(told(&nested(3)), [""; 0]);
    assert_eq!(
        told(&nested(4)),
        ["4 the bound MAX_UNFOLDED (64 objects within one that lives on) was hit in 1 place: flows may be missing"]
    );
}
