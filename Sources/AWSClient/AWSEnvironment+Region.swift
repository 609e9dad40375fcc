extension AWSEnvironment {
    /// The region: the given one, or else `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's.
    /// - Throws: `refused` where none is set or it is no region's name; `credentialsMissing` where a file cannot be read.
    public func region(given: String? = nil, profile: String? = nil) async throws(AWSError) -> String {
        var region = given ?? value("AWS_REGION") ?? value("AWS_DEFAULT_REGION")
        if region == nil { region = try await SharedProfiles(self).selected(profile)?["region"] }
        guard let region else {
            throw AWSError(kind: .refused, message: "no region is set; set AWS_REGION, such as eu-central-1")
        }
        let isName = region.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isName, !region.isEmpty else {
            throw AWSError(kind: .refused, message: "the region \"\(region)\" is none; write one such as eu-central-1")
        }
        return region
    }
}
