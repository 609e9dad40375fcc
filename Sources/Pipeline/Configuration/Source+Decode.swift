import SchemaValidation
import UsageModel

extension Source {
    init(_ cursor: ConfigurationCursor, directory: String) throws(ConfigurationError) {
        name = try cursor.required("name").string()
        format = try RecordFormat(cursor)
        if let s3 = cursor["s3"] {
            place = .s3(try S3Place(s3))
        } else if let kinesis = cursor["kinesis"] {
            if case .csv(let dialect, _) = format, dialect.columns == nil {
                throw kinesis.error("the records of a stream have no header; name the columns of its CSV in columns")
            }
            place = .kinesis(try KinesisPlace(kinesis))
        } else {
            let files = try cursor.required("files")
            let place = try FilePlace(files, directory: directory)
            self.place = .files(place)
            do throws(SourceError) {
                // Making a reader reads nothing, but it reads the patterns.
                _ = try fileReader(of: place, resume: [])
            } catch {
                throw files.error(error.message)
            }
        }
    }
}
