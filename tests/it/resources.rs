//! Files beside the code: they feed the report, they do not count as code, and none of them can stop a scan.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::command::Files;

const CODE: (&str, &str) = ("app/src/main/java/A.java", "class A {}\n");

/// The messages about `path`.
fn told<'a>(report: &'a Value, path: &str) -> Vec<&'a str> {
    let diagnostics = report["diagnostics"].as_array().expect("diagnostics");
    let about = diagnostics.iter().filter(|diagnostic| diagnostic["file"] == path);
    about.filter_map(|diagnostic| diagnostic["message"].as_str()).collect()
}

#[test]
fn vendors_that_a_build_declares_are_listed() {
    let files = Files::new(&[
        CODE,
        ("gradle/libs.versions.toml", "[libraries]\nsentry = \"io.sentry:sentry-android:7.0\"\n"),
        ("app/build.gradle.kts", "dependencies {\n    implementation(libs.sentry)\n    api(\"a:b:1\")\n}\n"),
        ("app/src/test/build.gradle", "dependencies {\n    api 'com.mixpanel.android:mixpanel-android:1'\n}\n"),
        (
            "server/pom.xml",
            "<project><dependencies>\n<dependency><groupId>com.mixpanel</groupId>\
             <artifactId>mixpanel-java</artifactId></dependency></dependencies></project>",
        ),
    ]);
    let report = files.report(&[]);
    let listed: Vec<String> = report["dependencies"]
        .as_array()
        .expect("dependencies")
        .iter()
        .map(|found| {
            let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}:{}", text("coordinate"), text("destination"), text("file"), found["line"])
        })
        .collect();
    assert_eq!(
        listed,
        [
            "io.sentry:sentry-android crash_report.sentry app/build.gradle.kts:2",
            "com.mixpanel:mixpanel-java analytics.mixpanel server/pom.xml:2",
        ],
        "what lies among tests is none of the program's"
    );
    let said = files.scan(&[]);
    assert!(said.out.contains("crash_report.sentry (io.sentry:sentry-android)"), "{}", said.out);
}

#[test]
fn resources_are_no_code() {
    let files = Files::new(&[
        CODE,
        ("app/src/main/res/values/strings.xml", "<resources/>"),
        ("app/src/test/res/values/strings.xml", "<resources/>"),
        (".env", "A=1\n"),
        ("ignored.properties", "a=1\n"),
        (".gitignore", "ignored.properties\n"),
    ]);
    let report = files.report(&[]);
    assert_eq!(report["summary"]["files"], 1);
    assert_eq!(report["summary"]["lines"], 1);
    assert_eq!(report["summary"]["skipped"]["tests"], 0);
    assert_eq!(report["summary"]["skipped"]["ignored"], 0);
    assert_eq!(report["complete"], true);
}

#[test]
fn a_file_that_cannot_be_read_as_its_format_is_told() {
    let files = Files::new(&[
        CODE,
        ("app/src/main/res/layout/a.xml", "<LinearLayout"),
        ("app/src/main/res/values/b.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><resources/>"),
        ("pom.xml", "no XML"),
        ("src/main/resources/application.yml", "a: [b"),
        ("gradle/libs.versions.toml", "= ="),
    ]);
    let report = files.report(&[]);
    for path in [
        "app/src/main/res/layout/a.xml",
        "app/src/main/res/values/b.xml",
        "pom.xml",
        "src/main/resources/application.yml",
        "gradle/libs.versions.toml",
    ] {
        let messages = told(&report, path);
        assert!(messages.iter().any(|message| message.contains("left out")), "{path}: {messages:?}");
    }
    assert_eq!(report["complete"], false);
}

#[test]
fn hostile_resources_end_soon() {
    let deep_xml = "<a>".repeat(300_000);
    let deep_yaml: String = (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let deep_script = "dependencies { ".repeat(60_000);
    let attributes: String = (0..60_000).map(|number| format!(" a{number}='1'")).collect();
    let wide_xml = format!("<a{attributes}/>");
    let doubling: String = (1..200).map(|number| format!("k{number}=${{k{0}}}${{k{0}}}\n", number - 1)).collect();
    let code = "import org.springframework.beans.factory.annotation.Value;\n\
                class A { @Value(\"${k199}\") String url; String f() { return url; } }\n";
    let files = Files::new(&[
        ("A.java", code),
        ("res/layout/deep.xml", &deep_xml),
        ("res/layout/wide.xml", &wide_xml),
        ("application.yml", &deep_yaml),
        ("build.gradle", &deep_script),
        ("settings.properties", &doubling),
        ("a.versions.toml", &format!("a = {}", "[".repeat(200_000))),
        ("huge.properties", &"a=b\n".repeat(1 << 20)),
    ]);
    files.write("res/values/bytes.xml", b"<resources><string name=\"a\">\xff\xfe\x00</string></resources>");
    files.write(".env", b"\xff\xfe=\x00\nA=\xff\n");
    let started = Instant::now();
    let report = files.report(&[]);
    assert!(started.elapsed() < Duration::from_secs(10), "took {:?}", started.elapsed());
    assert_eq!(report["summary"]["files"], 1);
    for path in ["res/layout/deep.xml", "res/layout/wide.xml", "application.yml", "a.versions.toml"] {
        assert!(!told(&report, path).is_empty(), "{path}");
    }
    assert!(told(&report, "huge.properties").iter().any(|message| message.contains("--max-file-size")));
    assert!(told(&report, "res/values/bytes.xml").iter().any(|message| message.contains("UTF-8")));
}
