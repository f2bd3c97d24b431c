// Without this file the compiler would be the one to complain.
