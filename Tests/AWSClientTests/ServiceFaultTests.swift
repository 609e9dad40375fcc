import Testing

@testable import AWSClient

@Suite struct ServiceFaultTests {
    @Test("The errors of S3 and STS are read from their documents")
    func xml() {
        let s3 = ServiceFault(HTTPResponse.s3(404, "NoSuchKey", [("x-amz-request-id", "HEADER")]))
        #expect(s3.code == "NoSuchKey" && s3.message == "Of NoSuchKey." && s3.requestID == "HEADER")
        let body = """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
            <Code>InvalidIdentityToken</Code><Message>No &lt;provider&gt; &#x41;&#66;</Message></Error>
            <RequestId>R1</RequestId></ErrorResponse>
            """
        let sts = ServiceFault(HTTPResponse(status: 400, body: Array(body.utf8)))
        #expect(sts.code == "InvalidIdentityToken" && sts.message == "No <provider> AB" && sts.requestID == "R1")
    }

    @Test("The errors of JSON protocols are read from their documents and headers")
    func json() {
        let long = ServiceFault(.kinesis(400, "com.amazonaws.kinesis#ExpiredIteratorException"))
        #expect(long.code == "ExpiredIteratorException" && long.requestID == "c1" && long.message?.isEmpty == false)
        let header = HTTPResponse(
            status: 400, headers: [("X-Amzn-ErrorType", "ns#Short:http://internal.amazon.com/")],
            body: Array("{\"Message\":\"m\"}".utf8))
        #expect(ServiceFault(header).code == "Short" && ServiceFault(header).message == "m")
    }

    @Test(
        "What says nothing, or is damaged, tells nothing",
        arguments: [
            "", " ", "{", "{}", "{\"__type\":3}", "[1]", "<", "<Error>", "<Error><Code>a</Error>", "<html>busy</html>",
            "<Error><Code></Code><Message></Message></Error>", "plain", "<Error/>", "\u{0}",
        ])
    func silent(body: String) {
        let fault = ServiceFault(HTTPResponse(status: 500, body: Array(body.utf8)))
        #expect(fault.code == nil && fault.message == nil)
    }

    @Test("Only the first line of a message is kept, and not much of it")
    func longMessage() {
        let body = "{\"message\":\"first\\n" + String(repeating: "x", count: 9) + "\"}"
        #expect(ServiceFault(HTTPResponse(status: 400, body: Array(body.utf8))).message == "first")
        let wide = "{\"message\":\"" + String(repeating: "x", count: 5_000) + "\"}"
        #expect(ServiceFault(HTTPResponse(status: 400, body: Array(wide.utf8))).message?.count == 301)
    }
}
