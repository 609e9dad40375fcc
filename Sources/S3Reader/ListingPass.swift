import AWSClient
import Execution

/// One pass over the listings of all prefixes.
struct ListingPass: Sendable {
    /// The prefix that is listed.
    var index = 0
    /// The page that was asked for.
    var page: Pending<Result<S3Page, AWSError>>?
    /// Where the page begins that comes next or was asked for; `nil` before the first of a prefix.
    var start: ListingStart?
    /// Whether all prefixes were listed.
    var isAtEnd = false
}
