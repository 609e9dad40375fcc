/// One page of a listing.
struct S3Page: Sendable {
    /// In the byte order of the keys.
    var objects: [S3Object] = []
    /// Where the listing goes on; `nil` where it is at its end.
    var next: ListingStart?
}
