// std::visit with one lambda for each alternative.
#pragma once

namespace aiproxy {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace aiproxy
