import UsageModel

/// An object that is to be read, and from where on.
struct ObjectPlan: Sendable {
    let object: S3Object
    var descriptor: S3Descriptor
    /// The first position of its contents that was not given out.
    var position: UInt64
    /// Whether other contents were read under its key before.
    var isOverwrite = false

    /// Nothing of it was read.
    init(_ object: S3Object, in bucket: String) {
        self.object = object
        descriptor = S3Descriptor(object, in: bucket)
        position = 0
    }

    init(_ object: S3Object, _ descriptor: S3Descriptor, at position: UInt64) {
        self.object = object
        self.descriptor = descriptor
        self.position = position
    }

    func lag(in source: String) -> PartitionLag {
        let partition = Partition(source: source, id: object.id, descriptor: descriptor.encoded())
        let rest = descriptor.isComplete ? 0 : object.size - min(object.size, descriptor.storedOffset)
        return PartitionLag(
            state: PartitionState(partition: partition, position: .byte(position)), lagBytes: rest, pendingBytes: 0)
    }
}
