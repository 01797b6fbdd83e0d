# A streamed OpenAI chat answer as an Anthropic one: jq -nRrj -f stream.jq
def event: "event: \(.type)\ndata: \(tojson)\n\n";

def opening($chunk):
  {type: "message_start", message: {id: $chunk.id, type: "message", role: "assistant", model: $chunk.model,
   content: [], stop_reason: null, stop_sequence: null, usage: {input_tokens: 0, output_tokens: 0}}},
  {type: "content_block_start", index: 0, content_block: {type: "text", text: ""}};

foreach (inputs | select(startswith("data: ")) | .[6:]) as $line ({begun: false};
  if $line == "[DONE]" then .events = [{type: "message_stop"}]
  else ($line | fromjson) as $chunk
    | $chunk.choices[0] as $choice
    | .events = [
        (if .begun then empty else opening($chunk) end),
        ($choice.delta.content // "" | select(. != "")
          | {type: "content_block_delta", index: 0, delta: {type: "text_delta", text: .}}),
        ($choice.finish_reason | select(. != null) | {type: "content_block_stop", index: 0}),
        ($chunk.usage | select(. != null)
          | {type: "message_delta", delta: {stop_reason: "end_turn", stop_sequence: null},
             usage: {output_tokens: .completion_tokens}})]
    | .begun = true
  end;
  .events[] | event)
