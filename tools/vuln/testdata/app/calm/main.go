// Command calm does not.
package main

func main() {}
