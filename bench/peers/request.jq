# An OpenAI chat request as an Anthropic Messages request, the way one writes it with jq.
def image:
  if startswith("data:")
  then capture("^data:(?<media_type>[^;,]*)") as $head
       | {type: "base64", media_type: $head.media_type, data: .[(index(",") + 1):]}
  else {type: "url", url: .} end
  | {type: "image", source: .};

def block: if .type == "image_url" then .image_url.url | image else {type: "text", text} end;

def blocks:
  if . == null then [] elif type == "string" then [{type: "text", text: .}] else map(block) end;

def turn:
  if .role == "tool"
  then {role: "user", content: [{type: "tool_result", tool_use_id: .tool_call_id, content}]}
  elif .role == "assistant"
  then {role, content: ((.content | blocks) + [.tool_calls[]? |
         {type: "tool_use", id, name: .function.name, input: (.function.arguments | fromjson)}])}
  else {role, content: (.content | blocks)} end;

# Turns of one role that follow each other become one.
def merged:
  reduce .[] as $next ([];
    if .[-1].role? == $next.role then .[-1].content += $next.content else . + [$next] end);

def is_system: .role == "system" or .role == "developer";

def choice:
  if type == "object" then {type: "tool", name: .function.name}
  else {type: {auto: "auto", none: "none", required: "any"}[.]} end;

{model, max_tokens: (.max_completion_tokens // .max_tokens)}
+ ([.messages[] | select(is_system) | .content | blocks[]] | if . == [] then {} else {system: .} end)
+ {messages: ([.messages[] | select(is_system | not) | turn] | merged)}
+ if .tools then {tools: [.tools[].function | {name, description, input_schema: .parameters}]} else {} end
+ if .tool_choice then {tool_choice: (.tool_choice | choice)} else {} end
+ if has("temperature") then {temperature} else {} end
+ if has("stop") then {stop_sequences: (.stop | if type == "array" then . else [.] end)} else {} end
+ if has("stream") then {stream} else {} end
+ if has("user") then {metadata: {user_id: .user}} else {} end
