/// One page of a listing.
struct S3Page: Sendable {
    /// In the byte order of the keys.
    var objects: [S3Object] = []
    /// What is wrong with objects that cannot be read by what the listing says of them.
    var unreadable: [String] = []
    /// Where the listing goes on; `nil` where it is at its end.
    var next: ListingStart?
}
