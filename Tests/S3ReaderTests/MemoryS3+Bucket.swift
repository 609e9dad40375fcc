import MemoryS3
import S3Reader

extension MemoryS3 {
    var bucket: S3Bucket { S3Bucket(name: "usage", client: client) }
}
