import AWSClient
import Execution

/// An object that was not there any more as it was listed, and the question what its key has now.
struct ObjectReplacement: Sendable {
    let object: S3Object
    /// What the service said of the object.
    let failure: AWSError
    /// Whether something of it was given out.
    let wasBegun: Bool
    var answer: Pending<Result<S3Page, AWSError>>
}
