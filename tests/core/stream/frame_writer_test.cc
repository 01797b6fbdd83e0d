// Frames of the binary framings; those of text are in neutral_stream_test.cc.
#include <gtest/gtest.h>

#include <string>

#include "core/stream/codec.h"
#include "core/stream/crc32.h"
#include "core/stream/event_script.h"

namespace aiproxy {
namespace {

class FrameWriterTest : public ::testing::Test {
 protected:
  std::string Write(Framing framing, std::string_view event, Frame::Type type,
                    std::string_view text) {
    Output out;
    FrameWriter frames(framing, out);
    Writer writer = frames.Begin(event, translation_.context, type);
    writer.BeginObject();
    writer.Key("message");
    writer.String(text);
    writer.EndObject();
    frames.End();
    return out.ToString();
  }

 private:
  testing::Translation translation_;
};

std::string Bytes(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at < hex.size(); at += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16));
  return bytes;
}

/// What stands around headers and payload, from the description of the format.
std::string WireMessage(std::string_view headers, std::string_view payload) {
  auto number = [](std::size_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
  };
  std::string message = number(16 + headers.size() + payload.size()) + number(headers.size());
  message += number(Crc32(message));
  message += headers;
  message += payload;
  return message + number(Crc32(message));
}

std::string Header(std::string_view name, std::string_view value) {
  std::string header(1, static_cast<char>(name.size()));
  header += name;
  header += '\x07';
  header += '\0';
  header += static_cast<char>(value.size());
  return header.append(value);
}

TEST_F(FrameWriterTest, Event) {
  std::string headers = Header(":event-type", "messageStart") +
                        Header(":content-type", "application/json") +
                        Header(":message-type", "event");
  EXPECT_EQ(Write(Framing::kAwsEventStream, "messageStart", Frame::Type::kEvent, "hi"),
            WireMessage(headers, "{\"message\":\"hi\"}"));
}

TEST_F(FrameWriterTest, Exception) {
  std::string headers = Header(":exception-type", "throttlingException") +
                        Header(":content-type", "application/json") +
                        Header(":message-type", "exception");
  std::string written = WireMessage(headers, "{\"message\":\"slow\"}");
  for (Framing framing : {Framing::kAwsEventStream, Framing::kAwsInvokeStream})
    EXPECT_EQ(Write(framing, "throttlingException", Frame::Type::kException, "slow"), written);
}

TEST_F(FrameWriterTest, InvokeWrapsTheEvent) {
  std::string headers = Header(":event-type", "chunk") +
                        Header(":content-type", "application/json") +
                        Header(":message-type", "event");
  EXPECT_EQ(Write(Framing::kAwsInvokeStream, "ping", Frame::Type::kEvent, "hi"),
            WireMessage(headers, "{\"bytes\":\"eyJtZXNzYWdlIjoiaGkifQ==\"}"));
}

TEST(FrameWriter, JsonArray) {
  testing::Translation translation;
  Output out;
  FrameWriter frames(Framing::kJsonArray, out);
  std::size_t before = frames.count();
  frames.Begin("e", translation.context).Int(1);
  frames.End();
  out.Clear();
  frames.Rewind(before);
  frames.Begin("e", translation.context).Int(2);
  frames.End();
  EXPECT_EQ(out.ToString(), "[2");
  frames.Begin("e", translation.context).Int(3);
  frames.End();
  frames.Close();
  EXPECT_EQ(out.ToString(), "[2,\n3]\n");
  Output empty;
  FrameWriter(Framing::kJsonArray, empty).Close();
  EXPECT_EQ(empty.ToString(), "[]\n");
}

TEST_F(FrameWriterTest, PayloadKeptByReference) {
  std::string text(Output::kByReference * 2, 'x');
  std::string written = Write(Framing::kAwsEventStream, "e", Frame::Type::kEvent, text);
  std::string headers = Header(":event-type", "e") + Header(":content-type", "application/json") +
                        Header(":message-type", "event");
  EXPECT_EQ(written, WireMessage(headers, "{\"message\":\"" + text + "\"}"));
}

/// Bytes that another implementation made (python's zlib.crc32 and struct).
TEST_F(FrameWriterTest, KnownBytes) {
  EXPECT_EQ(Write(Framing::kAwsEventStream, "e", Frame::Type::kEvent, "hi"),
            Bytes("0000006700000047a688a0070b3a6576656e742d74797065070001650d3a636f6e74656e742d7479"
                  "70650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576"
                  "656e747b226d657373616765223a226869227dbc9b8bd3"));
}

}  // namespace
}  // namespace aiproxy
