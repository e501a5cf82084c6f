//! What the inventory lists: every declaration and read that is taken for personal data, each once, also without flows.

use serde_json::Value;

use crate::command::Files;

/// The occurrences of a report, one line each: `element file:line:column-end_column symbol kind confidence`.
fn listed(report: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for element in report["elements"].as_array().expect("elements") {
        for one in element["occurrences"].as_array().expect("occurrences") {
            let text = |key: &str| one[key].as_str().expect(key).to_owned();
            lines.push(format!(
                "{} {}:{}:{}-{} {} {} {}",
                element["id"].as_str().expect("id"),
                text("file"),
                one["line"],
                one["column"],
                one["end_column"],
                text("symbol"),
                text("kind"),
                text("confidence"),
            ));
            assert!(!text("rule").is_empty());
        }
    }
    lines
}

#[test]
fn declarations_and_reads_are_listed_without_any_flow() {
    let files = Files::new(&[
        (
            "app/src/main/java/a/Profile.java",
            "package a;\n\
             import android.telephony.TelephonyManager;\n\
             class Profile {\n  \
               private String email;\n  \
               private String emailTemplate;\n  \
               static final String EMAIL = \"email\";\n  \
               void rename(String firstName, int count) { }\n  \
               String number(TelephonyManager phone) {\n    \
                 return phone.getLine1Number();\n  \
               }\n\
             }\n",
        ),
        (
            "app/src/main/res/layout/sign_up.xml",
            "<LinearLayout xmlns:android=\"http://schemas.android.com/apk/res/android\">\n  \
               <EditText android:id=\"@+id/mail\" android:inputType=\"textEmailAddress\"/>\n  \
               <TextView android:id=\"@+id/email\" android:hint=\"Email\"/>\n\
             </LinearLayout>\n",
        ),
    ]);
    let report = files.report(&[]);
    assert_eq!(report["flows"].as_array().map(Vec::len), Some(0));
    assert_eq!(
        listed(&report),
        [
            "user.contact.email app/src/main/java/a/Profile.java:4:18-23 Profile.email field high",
            "user.contact.email app/src/main/res/layout/sign_up.xml:2:3-74 mail input high",
            "user.contact.phone_number app/src/main/java/a/Profile.java:9:12-34 \
             android.telephony.TelephonyManager.getLine1Number call high",
            "user.name.first app/src/main/java/a/Profile.java:7:22-31 firstName parameter high",
        ]
    );
}

#[test]
fn columns_and_form_fields_are_listed() {
    let files = Files::new(&[
        (
            "db/schema.rb",
            "ActiveRecord::Schema.define do\n  \
               create_table \"users\" do |t|\n    \
                 t.string \"email\"\n    \
                 t.integer \"sign_in_count\"\n  \
               end\n\
             end\n",
        ),
        ("app/models/user.rb", "class User < ApplicationRecord\nend\n"),
        (
            "app/controllers/users_controller.rb",
            "class UsersController < ApplicationController\n  \
               def update\n    \
                 phone = params[:phone_number]\n  \
               end\n\
             end\n",
        ),
    ]);
    let report = files.report(&[]);
    let listed = listed(&report);
    let begins = |start: &str| listed.iter().any(|line| line.starts_with(start));
    assert!(begins("user.contact.email db/schema.rb:3:"), "{listed:#?}");
    assert!(begins("user.contact.phone_number app/controllers/users_controller.rb:3:"), "{listed:#?}");
    assert!(!listed.iter().any(|line| line.contains("sign_in_count")), "{listed:#?}");
}

#[test]
fn every_source_of_a_flow_is_listed_once_and_in_order() {
    let files = Files::new(&[(
        "A.java",
        "class A {\n  \
           void submit(String email) {\n    \
             String password = read();\n    \
             System.out.println(email + password + email);\n  \
           }\n\
         }\n",
    )]);
    let report = files.report(&[]);
    let listed = listed(&report);
    let flows = report["flows"].as_array().expect("flows");
    assert!(!flows.is_empty());
    for flow in flows {
        let (source, element) = (&flow["source"], flow["element"].as_str().expect("element"));
        let place = format!("{element} A.java:{}:{}-", source["line"], source["column"]);
        let count = listed.iter().filter(|line| line.starts_with(&place)).count();
        assert_eq!(count, 1, "{place} in {listed:#?}");
    }
    let mut sorted = report["elements"].as_array().expect("elements").clone();
    sorted.sort_by_key(|element| element["id"].as_str().map(str::to_owned));
    assert_eq!(Value::from(sorted), report["elements"]);
}

#[test]
fn schemas_beside_the_code_and_permissions_are_listed() {
    let files = Files::new(&[
        ("A.java", "class A { }\n"),
        (
            "db/structure.sql",
            "CREATE TABLE users (\n  email varchar(255),\n  email_confirmed boolean,\n  ssn text\n);\n",
        ),
        (
            "src/main/resources/db/changelog/1.xml",
            "<databaseChangeLog>\n<createTable tableName=\"patients\">\n<column name=\"blood_type\" type=\"varchar(3)\"/>\n\
             </createTable>\n</databaseChangeLog>\n",
        ),
        ("src/main/proto/account.proto", "message Account {\n  string phone_number = 1;\n  bool email = 2;\n}\n"),
        ("schema.graphqls", "type Query {\n  user(email: String!): User\n}\ninput SignUp {\n  password: String!\n}\n"),
        (
            "openapi.yaml",
            "openapi: 3.0.0\ncomponents:\n  schemas:\n    Customer:\n      properties:\n        \
             firstName: { type: string }\n",
        ),
        (
            "app/src/main/AndroidManifest.xml",
            "<manifest xmlns:android=\"http://schemas.android.com/apk/res/android\">\n\
             <uses-permission android:name=\"android.permission.READ_CONTACTS\"/>\n\
             <uses-permission android:name=\"android.permission.INTERNET\"/>\n</manifest>\n",
        ),
    ]);
    assert_eq!(
        listed(&files.report(&[])),
        [
            "user.authorization.password schema.graphqls:5:3-11 SignUp.password field high",
            "user.contact.email db/structure.sql:2:3-8 users.email stored high",
            "user.contact.email schema.graphqls:2:8-13 user.email field high",
            "user.contact.phone_number src/main/proto/account.proto:2:10-22 Account.phone_number field high",
            "user.government_id.national_identification_number db/structure.sql:4:3-6 users.ssn stored high",
            "user.health_and_medical.blood_type src/main/resources/db/changelog/1.xml:3:1-46 patients.blood_type \
             stored high",
            "user.name.first openapi.yaml:6:9-18 Customer.firstName field high",
            "user.social.address_book app/src/main/AndroidManifest.xml:2:1-67 android.permission.READ_CONTACTS \
             permission high",
        ]
    );
}
