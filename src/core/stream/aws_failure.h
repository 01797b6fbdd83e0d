// Failures inside the streams of AWS: exception and error messages, to and from the neutral form.
#pragma once

#include "core/model/aws_errors.h"
#include "core/stream/codec.h"

namespace aiproxy {

/// Reads a frame of type kException or kError: its name gives the kind, its payload {"message"} or
/// its own message the text. What else the payload has is an extra. `protocol` is the decoder's.
Status ReadAwsFailure(const Frame& frame, std::string_view protocol, CodecContext& context,
                      ApiError& error);

/// Writes the error as an exception that such streams know. Words that have no place in it are
/// left unmarked, and so reported, unless the exception says the same.
void WriteAwsException(const ApiError& error, AwsStream stream, CodecContext& context,
                       FrameWriter& frames);

}  // namespace aiproxy
