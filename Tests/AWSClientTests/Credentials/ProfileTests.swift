import Testing

@testable import AWSClient

@Suite struct ProfileTests {
    @Test("A file's sections are read, with comments, blanks and settings within settings")
    func file() throws {
        let contents = """
            # a comment
            ; another
            [default]
            aws_access_key_id = AKID ; behind a blank
            AWS_Secret_Access_Key=a#b;c=
            s3 =
              max_concurrent_requests = 20

            [ profile  dev ]\t# here too
            region=eu-west-1\r
            empty =
            [default]
            region = us-east-1
            """
        let file = try ProfileFile(Array(contents.utf8), path: "f")
        #expect(
            file.sections == [
                "default": [
                    "aws_access_key_id": "AKID", "aws_secret_access_key": "a#b;c=", "s3": "", "region": "us-east-1",
                ], "profile dev": ["region": "eu-west-1", "empty": ""],
            ])
    }

    @Test(
        "A line that is none is an error with its number, and without its contents",
        arguments: ["[a]\nhunter2", "[a]\n[hunter2", "# x\nhunter2 = 1"])
    func malformed(contents: String) {
        #expect {
            try ProfileFile(Array(contents.utf8), path: "/home/x/credentials")
        } throws: { error in
            let text = "\(error)"
            return text.hasPrefix("/home/x/credentials, line 2: ") && !text.contains("hunter2")
        }
    }

    @Test("The credentials file comes before the configuration, and [profile default] before [default]")
    func merged() async throws {
        let environment = AWSEnvironment(
            ["HOME": "/h"],
            files: [
                "/h/.aws/credentials": "[default]\naws_access_key_id = C\n[other]\na = 1\n",
                "/h/.aws/config":
                    "[default]\nregion = no\n[profile default]\nregion = yes\naws_access_key_id = D\n[profile x]\nb = 2\n",
            ])
        let profiles = SharedProfiles(environment)
        #expect(try await profiles.selected(nil) == ["aws_access_key_id": "C", "region": "yes"])
        #expect(try await profiles.selected("other") == ["a": "1"])
        #expect(try await profiles.selected("x") == ["b": "2"])
    }

    @Test("Variables name the profile and the files")
    func variables() async throws {
        let environment = AWSEnvironment(
            ["HOME": "/h", "AWS_PROFILE": "p", "AWS_SHARED_CREDENTIALS_FILE": "/c", "AWS_CONFIG_FILE": "~/conf"],
            files: ["/c": "[p]\na = 1\n", "/h/conf": "[profile p]\nb = 2\n"])
        #expect(try await SharedProfiles(environment).selected(nil) == ["a": "1", "b": "2"])
    }

    @Test("A profile that is named and missing is an error, a missing default is none")
    func missing() async throws {
        let environment = AWSEnvironment(["HOME": "/h"], files: ["/h/.aws/config": "[dev]\nregion = x\n"])
        #expect(try await SharedProfiles(environment).selected(nil) == nil)
        await #expect {
            try await SharedProfiles(environment).selected("dev")
        } throws: { error in
            (error as? AWSError)?.kind == .credentialsMissing && "\(error)".contains("the profile \"dev\" is neither")
        }
    }

    @Test("The region is the given one, or one of the environment, or the profile's")
    func region() async throws {
        var environment = AWSEnvironment(["HOME": "/h"], files: ["/h/.aws/config": "[default]\nregion = eu-west-1\n"])
        #expect(try await environment.region() == "eu-west-1")
        environment.variables["AWS_DEFAULT_REGION"] = "eu-west-2"
        #expect(try await environment.region() == "eu-west-2")
        environment.variables["AWS_REGION"] = "eu-west-3"
        #expect(try await environment.region() == "eu-west-3")
        #expect(try await environment.region(given: "us-east-1") == "us-east-1")
    }

    @Test("No region, and one that is no name, are refused", arguments: [nil, "evil.example/", "Ü", " ", ""])
    func noRegion(given: String?) async {
        await #expect {
            try await AWSEnvironment(["HOME": "/h"]).region(given: given)
        } throws: { ($0 as? AWSError)?.kind == .refused }
    }

    @Test("Files of the machine are read; one that cannot be is told")
    func machine() async throws {
        let environment = AWSEnvironment(variables: [:])
        #expect(try await environment.read("/nonexistent/file") == nil)
        #expect(try await environment.read("/etc/hostname/none") == nil)
        #expect(try #require(try await environment.read("/proc/self/stat")).isEmpty == false)
        await #expect {
            try await environment.read("/tmp")
        } throws: { "\($0)".contains("cannot read /tmp") }
        await #expect {
            try await environment.read("/dev/zero")
        } throws: { "\($0)".contains("it has more than") }
    }
}
